package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.workflow.Transition;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What came of an execution, corrected, or never said.
class OutcomeTest {
  private final World world = World.ready();
  private final JsonObject proposed = world.propose(World.id(world.open(), "case_id"), "advance");
  private final UUID execution = World.execution(world.decide(world.reviewer, proposed, "approve"));

  @AfterEach
  void close() {
    world.close();
  }

  private JsonObject correct(int revision, boolean success) {
    var body = Json.object().put("corrects", revision).put("success", success).build();
    return world
        .reportOutcome
        .correct(
            world.call(world.observer),
            execution,
            OutcomeReport.correction(body, TenantProfile.STANDARD))
        .answer();
  }

  @Test
  void correctionStandsBesideWhatItCorrects() {
    world.report(world.observer, execution, true, "none");
    assertThat(correct(1, false).number("revision")).contains(2.0);
    assertThat(correct(2, true).number("revision")).contains(3.0);
    var shown = world.showExecutions.one(world.agent, execution).items("outcomes");
    assertThat(shown).hasSize(3);
    assertThat(shown.toString()).containsSubsequence("true", "false", "true");
    assertThat(world.story(proposed).object("outcome").orElseThrow().number("revision"))
        .contains(3.0);
    var corrected =
        world.log().stream().filter(entry -> entry.action().equals("outcome.corrected")).toList();
    assertThat(corrected).hasSize(2);
    assertThat(corrected.getLast().content().object("details").orElseThrow().number("corrects"))
        .contains(2.0);
  }

  @Test
  void whatWasTakenBackHasFailedAndItsHarmIsStillTold() {
    world.rollBack(world.reviewer2, execution);
    assertThatThrownBy(() -> world.report(world.observer, execution, true, "none"))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class, refusal -> assertThat(refusal.code()).isEqualTo("rolled_back"));
    world.report(world.observer, execution, false, "severe");
    assertThatThrownBy(() -> correct(1, true)).isInstanceOf(Refusal.Conflict.class);
  }

  /// Trust demotes at once for what is severe, so one of the two is a slip.
  @Test
  void aSuccessIsNeverSevere() {
    var body =
        Json.object().put("corrects", 1).put("success", true).put("severity", "severe").build();
    assertThatThrownBy(() -> OutcomeReport.correction(body, TenantProfile.STANDARD))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            refused ->
                assertThat(refused.violations())
                    .extracting(Violation::pointer)
                    .containsExactly("/severity"));
    assertThatThrownBy(() -> world.report(world.observer, execution, true, "severe"))
        .isInstanceOf(Refusal.Invalid.class);
    world.report(world.observer, execution, true, "minor");
  }

  @Test
  void whoeverCorrectsKnowsWhatHeCorrects() {
    assertThatThrownBy(() -> correct(1, false)).isInstanceOf(Refusal.Conflict.class);
    world.report(world.observer, execution, true, "none");
    correct(1, false);
    assertThatThrownBy(() -> correct(1, true))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("revision 2");
    assertThatThrownBy(() -> world.report(world.observer, execution, true, "none"))
        .hasMessageContaining("correct it instead");
  }

  @Test
  void silenceCountsAsHarmOnce() {
    world.clock.advance(Transition.DEFAULT_OUTCOME_DEADLINE);
    world.workOffDue.round();
    world.clock.advance(Duration.ofDays(1));
    world.workOffDue.round();
    assertThat(world.actions()).filteredOn("outcome.overdue"::equals).hasSize(1);
    assertThat(world.story(proposed).object("execution").orElseThrow().truth("overdue"))
        .contains(true);
    assertThat(world.trust()).contains("\"\"overdue\"\":1");
    world.report(world.observer, execution, true, "none");
    assertThat(world.trust()).as("late is better than never").doesNotContain("\"\"overdue\"\":1");
  }

  @Test
  void whatWasReportedIsNotOverdue() {
    world.report(world.observer, execution, true, "none");
    world.clock.advance(Transition.DEFAULT_OUTCOME_DEADLINE.plusDays(1));
    world.workOffDue.round();
    assertThat(world.actions()).doesNotContain("outcome.overdue");
  }
}
