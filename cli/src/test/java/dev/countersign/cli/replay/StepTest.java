package dev.countersign.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is left to do, wherever an earlier run was killed.
class StepTest {

  @Test
  void nothingProposedYet() {
    assertThat(Step.after(List.of())).isEqualTo(new Step.Propose(0));
  }

  @Test
  void proposedButNotDecided() {
    assertThat(Step.after(story("pending"))).isEqualTo(new Step.Decide("p", "a", "d"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"approved", "executing"})
  void approvedButNotExecuted(String state) {
    assertThat(Step.after(story(state))).isEqualTo(new Step.Await("p"));
  }

  @Test
  void executedButNotObserved() {
    assertThat(Step.after(story("executed").with("execution", id("e"))))
        .isEqualTo(new Step.Observe("p", "e"));
  }

  @Test
  void observed() {
    var executed = story("executed").with("execution", id("e"));
    assertThat(Step.after(executed.with("outcome", outcome(true))))
        .isEqualTo(new Step.Done(Step.Ending.SUCCEEDED));
    assertThat(Step.after(executed.with("outcome", outcome(false))))
        .isEqualTo(new Step.Done(Step.Ending.HARMED));
  }

  @Test
  void rejectedOrFailed() {
    assertThat(Step.after(story("rejected"))).isEqualTo(new Step.Done(Step.Ending.REJECTED));
    assertThat(Step.after(story("failed"))).isEqualTo(new Step.Done(Step.Ending.FAILED));
  }

  @Test
  void endedProposalsAreProposedAnew() {
    var ended = List.of(story("expired"), story("superseded"), story("withdrawn"));
    assertThat(Step.after(ended)).isEqualTo(new Step.Propose(3));
    assertThat(Step.after(List.of(story("expired"), story("rejected"))))
        .isEqualTo(new Step.Done(Step.Ending.REJECTED));
  }

  /// The answer to a decision names the approval's state `state`, and the proposal's beside it.
  @Test
  void answerToADecisionIsUnderstood() {
    var answer =
        Json.object().put("proposal_id", "p").put("state", "approved").put("decision", "approve");
    assertThat(
            Step.after(answer.put("proposal_state", "executed").put("execution", id("e")).build()))
        .isEqualTo(new Step.Observe("p", "e"));
  }

  @Test
  void whatIsNotUnderstoodIsNotGuessed() {
    for (var story :
        List.of(
            JsonObject.EMPTY,
            story("dreaming"),
            story("executed"),
            Json.object().put("proposal_id", "p").put("state", "pending").build())) {
      assertThatThrownBy(() -> Step.after(story)).isInstanceOf(Step.NotUnderstood.class);
    }
  }

  private static JsonObject story(String state) {
    return Json.object()
        .put("proposal_id", "p")
        .put("state", state)
        .put("action_digest", "d")
        .put("approval", id("a"))
        .build();
  }

  private static JsonObject id(String id) {
    return Json.object().put("id", id).put("state", "whatever").build();
  }

  private static JsonObject outcome(boolean success) {
    return Json.object().put("success", success).build();
  }
}
