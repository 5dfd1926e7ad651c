package dev.countersign.server.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.testkit.Property;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// What is accepted means what the equal JSON means, and nothing else comes of anything.
class YamlReaderTest {
  private static final int LARGEST = 64 * 1024;
  private static final int DEPTH = 16;
  private static final String NO_STRING =
      "a name must be a string; if it looks like something else, in quotes ";

  /// What means something in YAML, and what is a value in other versions of it; first the line
  /// break, before which the library that writes YAML loses spaces.
  private static final List<String> PARTS =
      List.of(
          "\n",
          "a",
          "on",
          "no",
          "null",
          "true",
          "12",
          "0x1F",
          "1.5",
          "~",
          "-",
          ": ",
          "#",
          " ",
          "'",
          "\"",
          "\\",
          "&",
          "*",
          "!",
          "|",
          ">",
          "%",
          "@",
          "{",
          "]",
          ",",
          "?",
          "\t",
          "\u00fc",
          "\u4e2d",
          "\ud83d\ude00",
          "=",
          "<<",
          ".inf",
          "---",
          "2026-12-25");

  private static Json read(String yaml) {
    return YamlReader.read(yaml, LARGEST, DEPTH);
  }

  private static void assertMeans(String yaml, String json) {
    var expected = JsonReader.read(json, DEPTH);
    assertThat(read(yaml)).as(yaml).isEqualTo(expected);
    assertThat(Digest.ofCanonical(read(yaml))).isEqualTo(Digest.ofCanonical(expected));
  }

  private static void assertRefused(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .as(yaml)
        .isInstanceOf(MalformedYaml.class)
        .hasMessage(message);
  }

  @Test
  void aBlockMeansWhatTheEqualJsonMeans() {
    assertMeans(
        """
        # who reads this is a person
        key: claim
        queues:
          - {name: open, days: [mon, tue]}
          - name: done
            waits: 7
            share: 0.5
            last: true
            nothing:
        guard: >-
          a &&
          b
        text: |
          one
          two
        """,
        """
        {"key":"claim",
         "queues":[{"name":"open","days":["mon","tue"]},
                   {"name":"done","waits":7,"share":0.5,"last":true,"nothing":null}],
         "guard":"a && b","text":"one\\ntwo\\n"}
        """);
  }

  @Test
  void wordsOfOtherSchemasAreStrings() {
    for (var word :
        List.of(
            "on",
            "off",
            "yes",
            "no",
            "y",
            "True",
            "NULL",
            "~",
            "012",
            "0o17",
            "0x1F",
            "1_000",
            "+1",
            "08:00",
            "2026-12-25",
            "1abc",
            "1.2.3",
            "NaN",
            "Infinity",
            "<<",
            "=",
            "12e",
            "e5")) {
      assertThat(read("a: " + word)).as(word).isEqualTo(Json.object().put("a", word).build());
    }
  }

  @Test
  void aNumberIsTheOneThatJsonReads() {
    for (var literal :
        List.of("0", "-0", "7", "-12", "1.5", "1e3", "1E-2", "-0.25", "9007199254740991", "1e15")) {
      assertMeans("a: " + literal, "{\"a\":" + literal + "}");
    }
  }

  @Test
  void aNumberThatJsonDoesNotHaveIsRefused() {
    for (var literal :
        List.of(
            ".nan",
            ".inf",
            "-.inf",
            "1.",
            "9007199254740993",
            "1e400",
            "0.1000000000000000055511151231",
            "123456789012345678901234567890")) {
      assertRefused(
          "a: 1\nb: " + literal,
          "number `%s` is not one of JSON, or does not survive as a double (line 2, column 4)"
              .formatted(literal));
    }
  }

  /// It shows one request in both.
  @Test
  void theGuideSaysTheSameInYamlAsInJson() throws IOException {
    var guide = Files.readString(Path.of("..", "docs", "workflows.md"));
    assertMeans(block(guide, "yaml"), block(guide, "json"));
  }

  /// The first one of a language.
  private static String block(String guide, String language) {
    return guide.split("```" + language + "\n", 2)[1].split("```", 2)[0];
  }

  @Test
  void quotesMakeStrings() {
    assertMeans(
        "{a: \"1\", b: 'true', c: \"\", \"2\": x}",
        "{\"a\":\"1\",\"b\":\"true\",\"c\":\"\",\"2\":\"x\"}");
  }

  @Test
  void aTagIsRefused() {
    assertRefused("a: !!str 5", "a tag has no place here (line 1, column 4)");
    assertRefused("a: !mine x", "a tag has no place here (line 1, column 4)");
    assertRefused("a: ! x", "a tag has no place here (line 1, column 4)");
    assertRefused("a: !!java.net.URL [http://x]", "a tag has no place here (line 1, column 4)");
    assertRefused("!!map {a: 1}", "a tag has no place here (line 1, column 1)");
  }

  @Test
  void aNameIsAStringThatIsThereOnce() {
    assertRefused("!!str a: 1", NO_STRING + "(line 1, column 1)");
    assertRefused("{a: 1, a: 2}", "name `a` is there twice (line 1, column 8)");
    assertRefused("{a: 1, \"a\": 2}", "name `a` is there twice (line 1, column 8)");
    assertRefused("1: a", NO_STRING + "(line 1, column 1)");
    assertRefused("true: a", NO_STRING + "(line 1, column 1)");
    assertRefused("null: a", NO_STRING + "(line 1, column 1)");
    assertRefused("? [a]", NO_STRING + "(line 1, column 3)");
    assertRefused("[&x a, {*x : b}]", NO_STRING + "(line 1, column 9)");
  }

  @Test
  void aLoneSurrogateIsRefused() {
    assertRefused("\"\\ud800\"", "a lone surrogate stands in a string (line 1, column 1)");
    assertRefused("{\"\\udc00\": 1}", "a lone surrogate stands in a string (line 1, column 2)");
  }

  @Test
  void anAliasOfNothingCompleteIsRefused() {
    assertRefused("*x", "alias `x` stands for nothing that is complete (line 1, column 1)");
    assertRefused("&x [*x]", "alias `x` stands for nothing that is complete (line 1, column 5)");
  }

  @Test
  void thereIsExactlyOneDocument() {
    assertMeans("---\na: 1\n...\n", "{\"a\":1}");
    assertMeans("%YAML 1.2\n---\na: 1\n", "{\"a\":1}");
    assertRefused("a: 1\n---\nb: 2\n", "a second document begins (line 2, column 1)");
    assertRefused("", "the text has no document");
    assertRefused("# nothing\n", "the text has no document");
    assertRefused(
        "%YAML 1.1\n---\na: on\n",
        "another version of YAML than 1.2 has other meanings (line 1, column 1)");
  }

  @Test
  void whatIsNoYamlIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> read("a: 1\nb: [1, 2\n"))
        .isInstanceOf(MalformedYaml.class)
        .hasMessageEndingWith("(line 3, column 1)");
    assertThatThrownBy(() -> read("a:\n\t- 1"))
        .isInstanceOf(MalformedYaml.class)
        .hasMessageContaining("(line 2, column 1)");
    assertThatThrownBy(() -> read("a: \u0000"))
        .isInstanceOf(MalformedYaml.class)
        .hasMessageNotContainingAny("org.snakeyaml", "\n");
  }

  /// The library fails on it with an exception of the JDK.
  @Test
  void anEscapeThatIsCutOffIsRefused() {
    assertRefused("a: \"\\x", "the text is not YAML");
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    byte[] latin = "a: \u00fc".getBytes(StandardCharsets.ISO_8859_1);
    byte[] wide = "a: 1".getBytes(StandardCharsets.UTF_16);
    for (byte[] bytes : List.of(latin, wide)) {
      assertThatThrownBy(() -> YamlReader.read(bytes, LARGEST, DEPTH))
          .isInstanceOf(MalformedYaml.class)
          .hasMessage("the text is not UTF-8");
    }
    assertThat(YamlReader.read("a: \u00fc".getBytes(StandardCharsets.UTF_8), LARGEST, DEPTH))
        .isEqualTo(Json.object().put("a", "\u00fc").build());
  }

  @Test
  void nestingIsAsDeepAsJsonMayBe() {
    assertMeans("[".repeat(DEPTH) + "]".repeat(DEPTH), "[".repeat(DEPTH) + "]".repeat(DEPTH));
    assertMeans("- ".repeat(DEPTH - 1) + "a: 1", "[".repeat(15) + "{\"a\":1}" + "]".repeat(15));
    assertRefused("[".repeat(DEPTH + 1), "nesting is deeper than 16 (line 1, column 17)");
    assertRefused("[".repeat(60_000), "nesting is deeper than 16 (line 1, column 17)");
    assertRefused("- ".repeat(30_000), "nesting is deeper than 16 (line 1, column 33)");
    assertRefused("{a: ".repeat(DEPTH + 1), "nesting is deeper than 16 (line 1, column 65)");
  }

  @Test
  void anAliasStandsForWhatItsAnchorStoodAt() {
    assertMeans(
        "{one: &x {a: [1]}, two: *x, three: [*x, &x b, *x]}",
        "{\"one\":{\"a\":[1]},\"two\":{\"a\":[1]},\"three\":[{\"a\":[1]},\"b\",\"b\"]}");
  }

  @Test
  void anAliasNestsAsWhatItStandsFor() {
    var half = "&x " + "[".repeat(8) + "]".repeat(8);
    assertThat(read("- " + half + "\n- " + "[".repeat(7) + "*x" + "]".repeat(7))).isNotNull();
    assertRefused(
        "- " + half + "\n- " + "[".repeat(8) + "*x" + "]".repeat(8),
        "nesting is deeper than 16 (line 2, column 11)");
  }

  @Test
  void anAliasNestsAsTheMappingThatItStandsFor() {
    var half = "&x " + "{a: ".repeat(8) + "1" + "}".repeat(8);
    assertThat(read("- " + half + "\n- " + "[".repeat(7) + "*x" + "]".repeat(7))).isNotNull();
    assertRefused(
        "- " + half + "\n- " + "[".repeat(8) + "*x" + "]".repeat(8),
        "nesting is deeper than 16 (line 2, column 11)");
  }

  /// Ten lines of ten aliases each would be ten thousand million values.
  @Test
  void aliasesSayNoMoreThanATextOfTheLargestSize() {
    var laughs = new StringBuilder("- &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 10; i++) {
      laughs.append("- &a").append(i).append(" [");
      laughs.append(("*a" + (i - 1) + ",").repeat(10)).append("]\n");
    }
    assertRefused(
        laughs.toString(),
        "with its aliases written out the text is too large (line 5, column 12)");
    var text = "- &x " + "a".repeat(30_000) + "\n";
    assertThat(read(text + "- *x\n")).isNotNull();
    assertRefused(
        text + "- *x\n- *x\n",
        "with its aliases written out the text is too large (line 3, column 3)");
  }

  @Test
  void aTextIsNoLargerThanItMayBe() {
    assertThat(YamlReader.read("a # " + "a".repeat(96), 100, DEPTH)).isEqualTo(Json.of("a"));
    assertThatThrownBy(() -> YamlReader.read("a # " + "a".repeat(97), 100, DEPTH))
        .isInstanceOf(MalformedYaml.class)
        .hasMessage("the text has more than 100 characters");
    // Written as short as YAML can, and without an alias.
    var names = new StringBuilder("{");
    for (int i = 0; i < 2_000; i++) {
      names.append('n').append(i).append(',');
    }
    assertThat(YamlReader.read(names + "}", names.length() + 1, DEPTH)).isNotNull();
    // More than the library reads unless it is told.
    var item = "a".repeat(4 * 1024 * 1024);
    assertThat(YamlReader.read("- " + item, item.length() + 2, DEPTH))
        .isEqualTo(Json.strings(List.of(item)));
    var lists = "[" + "[],".repeat(3_000) + "]";
    assertThat(YamlReader.read(lists, lists.length(), DEPTH)).isNotNull();
  }

  @Test
  void everyJsonTextIsYamlOfTheSameMeaning() {
    Property.holdsFor(
        2_000,
        random -> {
          var json = someValue(random, 4, PARTS);
          var text = JsonWriter.text(json);
          assertThat(read(text)).as(text).isEqualTo(JsonReader.read(text, DEPTH));
        });
  }

  @Test
  void whatALibraryWritesAsYamlIsReadAgain() {
    var styles = List.of(FlowStyle.BLOCK, FlowStyle.FLOW, FlowStyle.AUTO);
    Property.holdsFor(
        2_000,
        random -> {
          var style = styles.get(random.nextInt(styles.size()));
          var dump = new Dump(DumpSettings.builder().setDefaultFlowStyle(style).build());
          var json = someValue(random, 4, PARTS.subList(1, PARTS.size()));
          var yaml = dump.dumpToString(plain(json));
          assertThat(read(yaml)).as(yaml).isEqualTo(json);
        });
  }

  @Test
  void whateverComesIsAValueOrMalformed() {
    var pieces =
        List.of(
            "a",
            ": ",
            "- ",
            "\n",
            "  ",
            "{",
            "}",
            "[",
            "]",
            ",",
            "&x ",
            "*x",
            "!!str ",
            "! ",
            "\"",
            "'",
            "|\n",
            ">-\n",
            "# ",
            "%YAML 1.2\n",
            "---\n",
            "...\n",
            "? ",
            "1",
            ".inf",
            "<<",
            "\t",
            "\\ud83d",
            "\\x",
            "\u0085",
            "\u2028",
            "\ufeff",
            "\ud83d\ude00",
            "\ud800",
            "\u0000",
            "%TAG ! x\n",
            "@",
            "`",
            "null",
            "=",
            "\\\n",
            "\r");
    Property.holdsFor(
        20_000,
        random -> {
          var text = new StringBuilder();
          for (int i = random.nextInt(30); i >= 0; i--) {
            text.append(pieces.get(random.nextInt(pieces.size())));
          }
          try {
            var value = read(text.toString());
            assertThat(JsonReader.read(JsonWriter.text(value), DEPTH)).isEqualTo(value);
          } catch (MalformedYaml refused) {
            assertThat(refused.getMessage()).isNotBlank().doesNotContain("org.snakeyaml");
          }
        });
  }

  private static Json someValue(RandomGenerator random, int depth, List<String> parts) {
    return switch (random.nextInt(depth == 0 ? 5 : 7)) {
      case 0 -> Json.NULL;
      case 1 -> Json.of(random.nextBoolean());
      case 2 -> Json.of(random.nextLong(-1_000_000, 1_000_000));
      case 3 -> Json.of((double) random.nextInt(-1_000, 1_000) / 8);
      case 4 -> Json.of(someText(random, parts));
      case 5 -> {
        var items = new ArrayList<Json>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.add(someValue(random, depth - 1, parts));
        }
        yield Json.array(items);
      }
      default -> {
        var members = new LinkedHashMap<String, Json>();
        for (int i = random.nextInt(4); i > 0; i--) {
          members.put(someText(random, parts), someValue(random, depth - 1, parts));
        }
        yield new Json.JsonObject(members);
      }
    };
  }

  private static String someText(RandomGenerator random, List<String> parts) {
    var text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(parts.get(random.nextInt(parts.size())));
    }
    return text.toString();
  }

  private static @Nullable Object plain(Json json) {
    return switch (json) {
      case Json.JsonObject(var members) -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        members.forEach((name, member) -> map.put(name, plain(member)));
        yield map;
      }
      case Json.JsonArray(var items) -> {
        List<@Nullable Object> list = new ArrayList<>();
        items.forEach(item -> list.add(plain(item)));
        yield list;
      }
      case Json.JsonString(var value) -> value;
      case Json.JsonNumber number ->
          number.integral() ? (Object) (long) number.value() : (Object) number.value();
      case Json.JsonBoolean(var value) -> value;
      case Json.JsonNull() -> null;
    };
  }
}
