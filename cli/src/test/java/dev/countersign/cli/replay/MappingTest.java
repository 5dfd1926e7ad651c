package dev.countersign.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import java.util.List;
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
        .containsEntry("sum", new Mapping.Attribute("amount", Mapping.Type.NUMBER));
    assertThat(mapping.byPerson()).isEqualTo(new Condition("human", "1"));
    assertThat(mapping.approved()).isEqualTo(new Condition("ok", "yes"));
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
        .hasMessageContaining("`/title` is required")
        .hasMessageContaining("`/titel` is not a field")
        .hasMessageContaining("`/case/submitted` is required")
        .hasMessageContaining("`/case/attributes/1/type` must be one of number, text")
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

  static Mapping read(String text) {
    return MappingReader.parse("`m`", text);
  }
}
