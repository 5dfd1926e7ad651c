package dev.countersign.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.yaml.PlacedYaml;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappingTest {
  static final String TEXT =
      """
      title: Claims
      workflow: claim
      pack: claim.yaml
      case:
        reference: id
        submitted: came
        attributes:
          - {column: amount, name: sum, type: number}
          - {column: note, type: text}
      decision:
        action: advance
        at: decided
        by_person: {column: human, equals: 1}
        approved: {column: ok, equals: "yes"}
      outcome:
        success: {column: end, equals: GOOD}
        failure: {column: end, equals: BAD}
      keys: {agent: a, reviewers: [r1, r2], observer: o}
      """;

  @Test
  void mappingIsRead() {
    var mapping = read(TEXT);
    assertThat(mapping.workflow()).isEqualTo("claim");
    assertThat(mapping.attributes())
        .containsOnlyKeys("note", "sum")
        .containsEntry("sum", new Mapping.Attribute("amount", Mapping.Type.NUMBER, false));
    assertThat(mapping.byPerson()).isEqualTo(oneOf("human", "1"));
    assertThat(mapping.approved()).isEqualTo(oneOf("ok", "yes"));
    assertThat(mapping.shape()).isEqualTo(new LogShape.CsvCases(','));
    assertThat(mapping.columns())
        .containsExactly("amount", "came", "decided", "end", "human", "id", "note", "ok");
    assertThat(mapping.keys()).containsExactly("a", "r1", "r2", "o");
  }

  @Test
  void shippedMappingIsRead() {
    var mapping = MappingReader.read(SampleLog.folder().resolve("loan-applications.yaml"));
    assertThat(mapping.workflow()).isEqualTo("loan_application");
    // The columns between them count what happened later: they would tell the future.
    assertThat(mapping.attributes()).containsOnlyKeys("amount_req");
  }

  @Test
  void allProblemsAreNamedAtOnce() {
    var broken =
        TEXT.replace("title: Claims\n", "titel: Claims\n")
            .replace("  submitted: came\n", "")
            .replace("type: text", "type: date")
            .replace("equals: 1}", "equals: 1.5}")
            .replace("reviewers: [r1, r2]", "reviewers: []");
    assertThatThrownBy(() -> read(broken))
        .isInstanceOf(CommandFailure.NotUsable.class)
        .hasMessageContaining("`m` has 6 problems")
        .hasMessageContaining("line 1: `/title` is required")
        .hasMessageContaining("line 1: `/titel` is no key that a mapping has")
        .hasMessageContaining("`/case/submitted` is required")
        .hasMessageContaining("line 8: `/case/attributes/1/type` must be one of number, text")
        .hasMessageContaining("`/decision/by_person/equals` must be a text or a whole number")
        .hasMessageContaining("`/keys/reviewers` must name at least one key")
        .extracting(failure -> ((CommandFailure) failure).hint())
        .asString()
        .contains("loan-applications.yaml");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "- a list", "a: [", "a: 1\na: 2", "a: &x [1]\nb: !!set {c}", "a: .nan", "\t"})
  void whatIsNoMappingIsRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(CommandFailure.NotUsable.class);
  }

  @Test
  void proposerMustNotDecide() {
    assertThatThrownBy(() -> read(TEXT.replace("[r1, r2]", "[r1, a]")))
        .hasMessageContaining("`/keys/agent` must not be a reviewer's");
  }

  @Test
  void reviewerOfACaseIsAlwaysTheSameAndBothHaveSome() {
    var mapping = read(TEXT);
    var reviewers = IntStream.range(0, 1000).mapToObj(i -> mapping.reviewer("case " + i)).toList();
    assertThat(IntStream.range(0, 1000).mapToObj(i -> mapping.reviewer("case " + i)))
        .containsExactlyElementsOf(reviewers);
    assertThat(reviewers).filteredOn("r1"::equals).hasSizeBetween(400, 600);
    // Fixed once, so that another version of this program decides by the same people.
    assertThat(List.of("173688", "173691", "173694", "173697").stream().map(mapping::reviewer))
        .containsExactly(REVIEWERS);
  }

  private static final String[] REVIEWERS = {"r2", "r2", "r1", "r1"};

  @Test
  void conditionsSayOneThingOfTheirColumn() {
    assertThat(approved("one_of: [a, 1]")).isEqualTo(oneOf("ok", "1", "a"));
    assertThat(approved("present: true")).isEqualTo(new Condition.Present("ok", true));
    assertThat(approved("at_least: 2"))
        .isEqualTo(new Condition.Between("ok", 2, Double.POSITIVE_INFINITY));
    assertThat(approved("at_least: 0, at_most: 1.5"))
        .isEqualTo(new Condition.Between("ok", 0, 1.5));
    for (var wrong : List.of("", "equals: a, present: true", "one_of: a", "at_least: many")) {
      assertThatThrownBy(() -> approved(wrong))
          .as(wrong)
          .hasMessageContaining("`/decision/approved");
    }
    assertThat(new Condition.Present("ok", false).holds(_ -> " ")).isTrue();
    assertThat(new Condition.Between("ok", 1, 2).holds(_ -> " 2.0 ")).isTrue();
    assertThatThrownBy(() -> new Condition.Between("ok", 1, 2).holds(_ -> "x"))
        .hasMessage("`x` is not a number");
  }

  private static Condition approved(String what) {
    return read(TEXT.replace("{column: ok, equals: \"yes\"}", "{column: ok, " + what + "}"))
        .approved();
  }

  static Condition oneOf(String column, String... values) {
    return new Condition.OneOf(column, new TreeSet<>(List.of(values)));
  }

  static final String EVENTS =
      """
      title: Tickets
      workflow: ticket
      pack: ticket.yaml
      log: {format: xes}
      columns:
        - {name: opened, of: first, take: "time:timestamp"}
        - {name: closed, of: last, take: "time:timestamp", activities: [Close]}
        - {name: closings, of: count, activities: [Close]}
        - {name: kind, of: case, take: kind}
      case:
        reference: case
        submitted: opened
        attributes: [{column: kind, type: text, optional: true}]
      decision:
        action: close
        at: closed
        by_person: {column: closings, at_least: 1}
        approved: {column: closings, at_least: 1}
      outcome:
        success: {column: closings, equals: 1}
        failure: {column: closings, at_least: 2}
      groups: [{column: kind, title: By kind}]
      keys: {agent: a, reviewers: [r1], observer: o}
      """;

  @Test
  void mappingOfEventsMakesItsColumns() {
    var mapping = read(EVENTS);
    assertThat(mapping.shape())
        .isInstanceOfSatisfying(
            LogShape.Xes.class,
            xes -> {
              assertThat(xes.events().caseId()).isEqualTo("concept:name");
              assertThat(xes.events().columns()).hasSize(4);
            });
    assertThatThrownBy(() -> read(EVENTS.replace("name: closings", "name: closes")))
        .hasMessageContaining("line 6: `/columns` does not make `closings`");
    assertThatThrownBy(() -> read(EVENTS.replace("of: case, take: kind", "of: case")))
        .hasMessageContaining("`/columns/3/take`");
    assertThatThrownBy(() -> read(EVENTS.replace("format: xes", "format: csv, rows: events")))
        .hasMessageContaining("`/log/case` is required")
        .hasMessageContaining("`/log/activity` is required")
        .hasMessageContaining("`/log/time` is required");
    assertThatThrownBy(() -> read(EVENTS.replace("{format: xes}", "{format: csv}")))
        .hasMessageContaining("`/columns` is for logs of events");
  }

  /// What the guide shows is a mapping, or the part of one that differs from the first.
  @Test
  void everyMappingOfTheGuideIsRead() throws IOException {
    var blocks =
        Pattern.compile("^```yaml\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("..", "docs", "replay.md")))
            .results()
            .map(block -> (JsonObject) PlacedYaml.read(block.group(1)).json())
            .toList();
    assertThat(blocks).hasSize(4);
    var events = JsonObject.EMPTY;
    for (var block : blocks) {
      var whole = blocks.getFirst();
      if (block.members().containsKey("columns")) {
        events = block;
        whole = whole.with("groups", Json.array(List.of()));
      } else if (block.toString().contains("\"rows\"")) {
        whole = merged(whole.with("groups", Json.array(List.of())), events);
      }
      assertThat(read(merged(whole, block).toString()).workflow()).isEqualTo("loan_application");
    }
  }

  private static JsonObject merged(JsonObject whole, JsonObject part) {
    var merged = whole;
    for (var member : part.members().entrySet()) {
      merged = merged.with(member.getKey(), member.getValue());
    }
    return merged;
  }

  @Test
  void timesAndGroupsAreChecked() {
    assertThatThrownBy(() ->
            read(EVENTS.replace("format: xes", "format: xes, time_format: 'qq{', time_zone: Mars")))
        .hasMessageContaining("`/log/time_format`")
        .hasMessageContaining("`/log/time_zone`");
    assertThatThrownBy(() -> read(EVENTS.replace("title: By kind", "bands: [2, 1]")))
        .hasMessageContaining("`/groups/0/bands`");
  }

  static Mapping read(String text) {
    return MappingReader.parse("`m`", text);
  }
}
