package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.workflow.CaseState;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How long a case may stay where it is.
class SlaTest {
  private static final Duration INTAKE = Duration.ofMinutes(10);

  private static final JsonObject TIMED =
      JsonReader.readObject(
          """
          {"key": "refill", "title": "Refill",
           "calendars": [{"name": "office", "time_zone": "UTC", "days": ["mon", "tue", "wed", "thu", "fri"],
                          "opens": "09:00", "closes": "17:00"}],
           "queues": [{"name": "intake"}, {"name": "review"}, {"name": "done"}],
           "transitions": [
             {"type": "advance", "from": "intake", "to": "review", "gate": "triage",
              "approver_roles": ["reviewer"], "handler": "transition", "sla_seconds": 3600},
             {"type": "refuse", "from": "intake", "to": "done", "gate": "refusal",
              "approver_roles": ["reviewer"], "handler": "transition", "sla_seconds": 600},
             {"type": "finish", "from": "review", "to": "done", "gate": "release",
              "approver_roles": ["reviewer"], "approval": {"calendar": "office"}, "handler": "transition",
              "sla_seconds": 7200}]}
          """);

  private final World world = new World();

  @BeforeEach
  void define() {
    world.define(TIMED);
    for (var transition : List.of("advance", "refuse", "finish")) {
      world.authorize(transition);
    }
  }

  @AfterEach
  void close() {
    world.close();
  }

  private JsonObject shown(UUID caseId) {
    return world.showCases.one(world.agent, caseId);
  }

  private Instant due(UUID caseId) {
    return Instant.parse(shown(caseId).text("sla_due_at").orElseThrow());
  }

  private long missed() {
    return world.actions().stream().filter("case.sla_missed"::equals).count();
  }

  private List<UUID> listed(ShowCases.Wanted wanted) {
    return world
        .showCases
        .list(world.agent, wanted, new Page(Page.MOST, Optional.empty()))
        .items("cases")
        .stream()
        .map(shown -> World.id((JsonObject) shown, "case_id"))
        .toList();
  }

  private List<UUID> overdue() {
    return listed(wanted(Optional.empty(), Optional.empty(), true));
  }

  private static ShowCases.Wanted wanted(
      Optional<String> queue, Optional<CaseState> state, boolean overdue) {
    return new ShowCases.Wanted(
        Optional.of("refill"), Optional.empty(), queue, state, Optional.of("main"), overdue);
  }

  @Test
  void aCaseThatStaysTooLongIsToldOfAtItsMomentAndNotBefore() {
    var caseId = World.id(world.open(), "case_id");
    assertThat(due(caseId)).as("the shortest counts").isEqualTo(world.clock.instant().plus(INTAKE));
    world.clock.advance(INTAKE.minusSeconds(1));
    assertThat(world.workOffDue.round().done()).isZero();
    assertThat(shown(caseId).truth("overdue")).contains(false);
    assertThat(overdue()).isEmpty();
    world.clock.advance(Duration.ofSeconds(1));
    assertThat(shown(caseId).truth("overdue")).as("whether or not a timer came by").contains(true);
    assertThat(overdue()).containsExactly(caseId);
    assertThat(world.workOffDue.round().done()).isEqualTo(1);
    assertThat(world.workOffDue.round().done()).isZero();
    assertThat(missed()).isEqualTo(1);
    assertThat(world.log().getLast().content().toString())
        .contains("\"queue\":\"intake\"", "\"transition\":\"refuse\"", "system:sla");
    var timeline =
        world.showTimeline.list(world.agent, caseId, 1, Optional.empty()).items("timeline");
    assertThat(timeline.toString()).contains("case.sla_missed");
    assertThat(overdue()).as("until it moves on").containsExactly(caseId);
  }

  @Test
  void ofTimersOnSeveralNodesOneTells() throws Exception {
    for (int i = 1; i <= 10; i++) {
      world.open();
      world.clock.advance(INTAKE);
      var one = world.workOffDue();
      var other = world.workOffDue();
      Together.run(one::round, other::round, world.workOffDue::round);
      assertThat(missed()).isEqualTo(i);
    }
  }

  @Test
  void aCaseThatMovedOnIsNotToldOf() {
    var caseId = World.id(world.open(), "case_id");
    world.clock.advance(INTAKE);
    world.decide(world.reviewer, world.propose(caseId, "advance"), "approve");
    world.workOffDue.round();
    assertThat(missed()).isZero();
    // It came to `review` on a Sunday morning, so two hours of work end on Monday at eleven.
    assertThat(due(caseId)).isEqualTo("2026-11-02T11:00:00Z");
    world.clock.advance(Duration.ofHours(24));
    world.workOffDue.round();
    assertThat(missed()).isZero();
    world.decide(world.reviewer, world.propose(caseId, "finish"), "approve");
    assertThat(shown(caseId).member("sla_due_at")).as("nothing leads on").isEmpty();
    world.clock.advance(Duration.ofDays(30));
    world.workOffDue.round();
    assertThat(missed()).isZero();
  }

  @Test
  void aTimerThatWasLeftStandingTellsNothing() {
    var caseId = World.id(world.open(), "case_id");
    world.tamper("update workflow.case_file set queue = 'review'");
    world.clock.advance(INTAKE);
    world.workOffDue.round();
    assertThat(missed()).isZero();
    assertThat(shown(caseId).member("sla_due_at")).isEmpty();
  }

  @Test
  void casesAreListedByWhereTheyStand() {
    var first = World.id(world.open(), "case_id");
    world.clock.advance(Duration.ofSeconds(1));
    var second = World.id(world.open(), "case_id");
    world.decide(world.reviewer, world.propose(first, "advance"), "approve");
    assertThat(listed(wanted(Optional.of("review"), Optional.empty(), false)))
        .containsExactly(first);
    assertThat(listed(wanted(Optional.empty(), Optional.of(CaseState.OPEN), false)))
        .containsExactly(second, first);
    assertThat(listed(wanted(Optional.empty(), Optional.of(CaseState.HELD), false))).isEmpty();
  }

  @Test
  void timersLoginSeesWhoseTimeIsOverAndNothingElse() throws SQLException {
    world.open();
    try (var connection = world.database.as(DatabaseRole.TIMER).getConnection();
        var statement = connection.createStatement()) {
      try (var row =
          statement.executeQuery("select tenant_id, case_id, due_at from workflow.sla_timer")) {
        assertThat(row.next()).isTrue();
      }
      for (var forbidden :
          List.of(
              "select queue from workflow.sla_timer",
              "select 1 from workflow.case_event",
              "select 1 from workflow.task",
              "delete from workflow.sla_timer")) {
        assertThatThrownBy(() -> statement.execute(forbidden))
            .as(forbidden)
            .hasMessageContaining("permission denied");
      }
    }
  }
}
