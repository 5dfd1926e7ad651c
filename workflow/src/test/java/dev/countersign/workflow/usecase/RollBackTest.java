package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.workflow.Transition;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What was carried out is taken back: verified, or said to have failed.
class RollBackTest {
  private final World world = World.ready();
  private final UUID caseId = World.id(world.open(), "case_id");

  @AfterEach
  void close() {
    world.close();
  }

  private JsonObject executed(String type) {
    return world.decide(world.pharmacist, world.propose(caseId, type), "approve");
  }

  private String queue() {
    return world.showCases.one(world.agent, caseId).text("queue").orElseThrow();
  }

  @Test
  void caseIsBackWhereItStoodAndNobodyPretendsThatNothingHappened() {
    var decided = executed("advance");
    var finish = world.propose(caseId, "finish");
    var answer = world.rollBack(world.reviewer, World.execution(decided));
    assertThat(answer.text("state")).contains("rolled_back");
    assertThat(queue()).isEqualTo("intake");
    assertThat(world.showCases.one(world.agent, caseId).number("version")).contains(3.0);
    assertThat(world.proposalState(decided)).isEqualTo("rolled_back");
    assertThat(world.proposalState(finish)).as("it was for what is undone").isEqualTo("superseded");
    assertThat(world.actions()).contains("execution.rolled_back");
    assertThat(executed("advance").text("proposal_state")).contains("executed");
  }

  @Test
  void itCountsAsAnOverride() {
    var decided = executed("advance");
    world.rollBack(world.reviewer, World.execution(decided));
    assertThat(world.trust()).contains("\"\"failed\"\":1");
  }

  @Test
  void nothingIsTakenBackTwice() {
    var execution = World.execution(executed("advance"));
    world.rollBack(world.reviewer, execution);
    assertThatThrownBy(() -> world.rollBack(world.reviewer, execution))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("is rolled_back");
    assertThat(world.showCases.one(world.agent, caseId).number("version")).contains(3.0);
  }

  @Test
  void whatCameLaterIsTakenBackFirst() {
    var first = World.execution(executed("advance"));
    var second = World.execution(executed("finish"));
    assertThatThrownBy(() -> world.rollBack(world.reviewer, first))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("take back what came later first");
    world.rollBack(world.reviewer, second);
    assertThat(queue()).isEqualTo("review");
    world.rollBack(world.reviewer, first);
    assertThat(queue()).isEqualTo("intake");
  }

  @Test
  void afterItsTimeOnlyWhoMayBreakGlassTakesItBack() {
    var execution = World.execution(executed("advance"));
    world.clock.advance(Transition.DEFAULT_ROLLBACK.plus(Duration.ofSeconds(1)));
    assertThatThrownBy(() -> world.rollBack(world.reviewer, execution))
        .isInstanceOf(Refusal.Forbidden.class)
        .hasMessageContaining("break_glass");
    var warden = World.principal(world.tenant, "ck_warden", "reviewer", RollBack.BREAK_GLASS);
    var answer = world.rollBack(warden, execution);
    assertThat(answer.object("rollback").orElseThrow().truth("late")).contains(true);
  }

  @Test
  void whatIsNotBackIsNotCalledBack() {
    var execution = World.execution(executed("advance"));
    world.tamper(
        """
        create function workflow.stuck() returns trigger language plpgsql as
          $$ begin new.queue := old.queue; return new; end $$;
        create trigger stuck before update on workflow.case_file for each row execute function workflow.stuck();
        """);
    assertThat(world.rollBack(world.reviewer, execution).text("state")).contains("rollback_failed");
    assertThat(world.actions()).contains("execution.rollback_failed");
  }

  @Test
  void freezeDoesNotStopWhatPutsThingsRight() {
    var execution = World.execution(executed("advance"));
    world.freeze("tenant", "*");
    assertThat(world.rollBack(world.reviewer, execution).text("state")).contains("rolled_back");
  }
}
