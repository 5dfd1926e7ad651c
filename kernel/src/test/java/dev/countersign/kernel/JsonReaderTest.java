package dev.countersign.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonBoolean;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.JsonReader.MalformedJson;
import dev.countersign.testkit.Property;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

  /// What Jackson says is JSON; it lets pass what only we refuse.
  private static final ObjectMapper ORACLE =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @Test
  void whatIsWrittenIsRead() {
    Property.holdsFor(
        2_000,
        random -> {
          var value = RandomJson.value(random, 4);
          assertThat(JsonReader.read(JsonWriter.bytes(value), 16)).isEqualTo(value);
          assertThat(JsonReader.read(CanonicalJson.text(value), 16)).isEqualTo(value);
        });
  }

  /// A text is damaged in a few places; who accepts it, we or Jackson, means the same by it.
  @Test
  void damagedTextMeansTheSameToJackson() {
    Property.holdsFor(
        20_000,
        random -> {
          String text = damaged(random, JsonWriter.text(RandomJson.value(random, 3)));
          // As bytes: from characters Jackson takes some beyond ASCII for hexadecimal digits.
          byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
          JsonNode expected;
          try {
            expected = ORACLE.readTree(utf8);
          } catch (IOException refused) {
            assertThatThrownBy(() -> JsonReader.read(utf8, 16))
                .as("jackson refuses `%s`: %s", text, refused.getMessage())
                .isInstanceOf(MalformedJson.class);
            return;
          }
          try {
            assertThat(JsonReader.read(utf8, 16)).as(text).isEqualTo(translated(expected));
          } catch (MalformedJson stricter) {
            assertThat(stricter)
                .as(text)
                .hasMessageMatching(
                    "(number .* does not survive|a lone surrogate|the text ends where|something stands).*");
          }
        });
  }

  private static String damaged(RandomGenerator random, String text) {
    var out = new StringBuilder(text);
    String pieces = "{}[]\",:\\0123456789-+.eEtrufalsn \n\t\u0001\ud83d\ude00/é";
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(out.length() + 1);
      if (random.nextBoolean() && at < out.length()) {
        out.deleteCharAt(at);
      } else {
        out.insert(at, pieces.charAt(random.nextInt(pieces.length())));
      }
    }
    return out.toString();
  }

  private static Json translated(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        var object = Json.object();
        node.properties()
            .forEach(member -> object.put(member.getKey(), translated(member.getValue())));
        yield object.build();
      }
      case ARRAY -> {
        var items = new ArrayList<Json>();
        node.forEach(item -> items.add(translated(item)));
        yield new JsonArray(items);
      }
      case STRING -> new JsonString(node.textValue());
      case NUMBER -> new JsonNumber(node.doubleValue());
      case BOOLEAN -> new JsonBoolean(node.booleanValue());
      case NULL -> new JsonNull();
      case MISSING, BINARY, POJO -> throw new AssertionError("jackson read `" + node + "`");
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":1}",
        "{\"a\":null,\"a\":null}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"x\":{\"b\":1,\"c\":2,\"b\":3}}"
      })
  void duplicateKeyIsRefused(String text) {
    assertThatThrownBy(() -> JsonReader.read(text, 16))
        .isInstanceOf(MalformedJson.class)
        .hasMessageContaining("is there twice");
  }

  @Test
  void loneSurrogateIsRefusedEscapedAndRaw() {
    char high = '\ud83d';
    char low = '\ude00';
    for (var unit :
        new String[] {
          "\\ud83d",
          "\\ude00",
          "\\ude00\\ud83d",
          "\\ud83d\\ud83d\\ude00",
          "" + high,
          "" + low,
          "" + low + high,
          "x" + high + "x",
          "" + high + low + low,
          "\\n" + high,
          "\\ud83d" + low
        }) {
      for (var text : new String[] {"\"" + unit + "\"", "{\"" + unit + "\":1}"}) {
        assertThatThrownBy(() -> JsonReader.read(text, 16))
            .as(text)
            .isInstanceOf(MalformedJson.class)
            .hasMessageContaining("lone surrogate");
      }
    }
    var whole = new JsonString("" + high + low);
    assertThat(JsonReader.read("\"\\ud83d\\uDE00\"", 16)).isEqualTo(whole);
    assertThat(JsonReader.read("\"" + high + low + "\"", 16)).isEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9007199254740993",
        "-9007199254740993",
        "0.1000000000000000055511151231257827",
        "1e400",
        "-1e400",
        "1e-400",
        "2.5e-324",
        "4.9e-324",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "12345678901234567890123"
      })
  void numberThatDoesNotSurviveADoubleIsRefused(String text) {
    assertThatThrownBy(() -> JsonReader.read(text, 16))
        .isInstanceOf(MalformedJson.class)
        .hasMessageContaining("does not survive as a double");
  }

  @ParameterizedTest
  @CsvSource({
    "9007199254740991, 9007199254740991",
    "9007199254740992, 9007199254740992",
    "1e2, 100",
    "-0, 0",
    "-0.0, 0",
    "0e99999, 0",
    "1.50, 1.5",
    "1E+2, 100",
    "5E-324, 5e-324",
    "1.7976931348623157e308, 1.7976931348623157e308",
    "100000000000000000000, 1e20"
  })
  void numberThatSurvivesIsRead(String text, double value) {
    assertThat(JsonReader.read(text, 16)).isEqualTo(Json.of(value));
  }

  @Test
  void nestingIsBounded() {
    assertThat(JsonReader.read("[".repeat(16) + "]".repeat(16), 16)).isInstanceOf(JsonArray.class);
    assertThatThrownBy(() -> JsonReader.read("[".repeat(17) + "]".repeat(17), 16))
        .hasMessageContaining("nesting is deeper than 16");
    assertThatThrownBy(() -> JsonReader.read("{\"a\":".repeat(1_000_000), 16))
        .hasMessageContaining("nesting is deeper than 16");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1 2",
        "{} {}",
        "[1]]",
        "{\"a\":1,}",
        "[1,]",
        "[,1]",
        "{,}",
        "{a:1}",
        "'a'",
        "01",
        "-01",
        "+1",
        ".5",
        "1.",
        "1.e2",
        "1e",
        "1e+",
        "--1",
        "-",
        "NaN",
        "Infinity",
        "tru",
        "nul",
        "truefalse",
        "\"",
        "\"a",
        "\"\\",
        "\"\\u12",
        "\"\\u12g4\"",
        "\"\\x41\"",
        "\"\\u٠٠٠٠\"",
        "{\"a\"}",
        "{\"a\" 1}",
        "[1 2]",
        "/* */ 1",
        "\u00a01",
        "\ufeff1",
        "[1",
        "{\"a\":1",
        "1\u0000"
      })
  void whatIsNotJsonIsRefused(String text) {
    assertThatThrownBy(() -> JsonReader.read(text, 16)).isInstanceOf(MalformedJson.class);
  }

  @Test
  void everyControlCharacterMustBeEscaped() {
    for (char c = 0; c < 0x20; c++) {
      String raw = "\"" + c + "\"";
      assertThatThrownBy(() -> JsonReader.read(raw, 16)).hasMessageContaining("control character");
      assertThat(JsonReader.read("\"\\u%04x\"".formatted((int) c), 16))
          .isEqualTo(new JsonString("" + c));
    }
  }

  @Test
  void malformedUtf8IsRefused() {
    var malformed = new LinkedHashSet<int[]>();
    malformed.add(new int[] {0x22, 0xff, 0x22});
    malformed.add(new int[] {0x22, 0xc0, 0x80, 0x22});
    malformed.add(new int[] {0x22, 0xc3, 0x22});
    malformed.add(new int[] {0x22, 0xed, 0xa0, 0x80, 0x22});
    malformed.add(new int[] {0x22, 0xf4, 0x90, 0x80, 0x80, 0x22});
    for (var units : malformed) {
      var bytes = new byte[units.length];
      for (int i = 0; i < units.length; i++) {
        bytes[i] = (byte) units[i];
      }
      assertThatThrownBy(() -> JsonReader.read(bytes, 16))
          .isInstanceOf(MalformedJson.class)
          .hasMessageContaining("UTF-8");
    }
    assertThat(JsonReader.read("\"é😀\"".getBytes(StandardCharsets.UTF_8), 16))
        .isEqualTo(new JsonString("é😀"));
  }

  @Test
  void longInputIsShortenedInTheMessage() {
    var key = "k".repeat(10_000);
    assertThatThrownBy(() -> JsonReader.read("{\"%s\":1,\"%s\":1}".formatted(key, key), 16))
        .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(200));
    assertThatThrownBy(() -> JsonReader.read("1".repeat(1_000_000), 16))
        .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(200));
  }

  @Test
  void anObjectMayBeAskedFor() {
    assertThat(JsonReader.readObject(" {\"a\":[]} ")).isInstanceOf(JsonObject.class);
    assertThatThrownBy(() -> JsonReader.readObject("[]")).hasMessage("an object was expected");
  }
}
