package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A running case under another version of its workflow.
class MigrationTest {
  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  private UUID open(String attributes) {
    var body =
        Json.object()
            .put("workflow", "refill")
            .put("attributes", JsonReader.readObject(attributes))
            .build();
    var opened =
        world.openCase.open(world.call(world.agent), OpenCase.parse(body, TenantProfile.STANDARD));
    return World.id(opened.answer(), "case_id");
  }

  private JsonObject migrate(UUID caseId, int workflowVersion, long caseVersion) {
    var body =
        Json.object()
            .put("workflow_version", workflowVersion)
            .put("case_version", caseVersion)
            .put("reason", "the guard holds for it too")
            .build();
    return world
        .migrateCase
        .migrate(world.call(world.admin), caseId, MigrateCase.parse(body))
        .answer();
  }

  private void refused(UUID caseId, int workflowVersion, long caseVersion, String code) {
    var rows = world.rows();
    assertThatThrownBy(() -> migrate(caseId, workflowVersion, caseVersion))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    assertThat(world.rows()).isEqualTo(rows);
  }

  private JsonObject shown(UUID caseId) {
    return world.showCases.one(world.agent, caseId);
  }

  private static JsonObject with(String member, String json) {
    return World.DEFINITION.with(member, JsonReader.read(json, 10));
  }

  private static JsonObject timed() {
    return World.DEFINITION.with(
        "transitions",
        Json.array(
            World.DEFINITION.items("transitions").stream()
                .map(transition ->
                    (Json)
                        ((JsonObject) transition)
                            .with("sla_seconds", Json.of(3600))
                            .with("guard", Json.of("case.open_tasks == 0")))
                .toList()));
  }

  @Test
  void aCaseKeepsItsVersionUntilSomebodySaysOtherwise() {
    var caseId = open("{}");
    var since = world.clock.instant();
    var proposed = world.propose(caseId, "advance");
    var approved = world.propose(caseId, "refuse");
    world.approveAndCrash(world.reviewer, approved);
    world.define(timed());
    assertThat(shown(caseId).number("workflow_version")).contains(1.0);
    assertThat(shown(caseId).member("sla_due_at")).isEmpty();
    var migrated = migrate(caseId, 2, 1);
    assertThat(migrated.number("workflow_version")).contains(2.0);
    assertThat(migrated.number("version")).contains(2.0);
    assertThat(shown(caseId).text("queue")).contains("intake");
    assertThat(List.of(world.proposalState(proposed), world.proposalState(approved)))
        .containsOnly("superseded");
    assertThat(world.actions())
        .containsSubsequence("case.migrated", "proposal.superseded", "proposal.superseded");
    assertThat(world.execute(approved).text("proposal_state")).contains("superseded");
    // What the new version asks for holds: its gates, its guard and its time.
    assertThatThrownBy(() -> world.propose(caseId, "advance"))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            refusal ->
                assertThat(refusal.reasons()).extracting(reason -> reason.code()).contains("gate"));
    assertThat(shown(caseId).text("sla_due_at").orElseThrow())
        .as("an hour after it was migrated, since it had no time before")
        .isGreaterThan(since.plusSeconds(3600).toString());
    var back = migrate(caseId, 1, 2);
    assertThat(back.number("workflow_version")).contains(1.0);
    assertThat(shown(caseId).member("sla_due_at")).isEmpty();
  }

  @Test
  void casesOfTwoVersionsRunSideBySide() {
    var earlier = open("{}");
    var proposed = world.propose(earlier, "advance");
    world.define(timed());
    var later = open("{}");
    blockedByItsGate(later);
    world.authorize("advance");
    assertThat(world.decide(world.reviewer, proposed, "approve").text("proposal_state"))
        .contains("executed");
    var refused = world.propose(later, "advance");
    world.revoke("advance");
    world.authorize("advance");
    assertThat(world.decide(world.reviewer, refused, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void whoRevokesClosesEveryVersionAndWhoOpensAnEarlierOneNamesIt() {
    var earlier = open("{}");
    world.define(timed());
    world.authorize("advance");
    world.revoke("advance");
    world.authorize("advance");
    blockedByItsGate(earlier);
    world.authorize("advance", ofVersion(1));
    assertThat(world.propose(earlier, "advance").text("state")).contains("pending");
    assertThat(world.propose(open("{}"), "advance").text("state")).contains("pending");
    assertThatThrownBy(() -> world.authorize("advance", ofVersion(3)))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            refusal -> assertThat(refusal.code()).isEqualTo("unknown_version"));
  }

  private static JsonObject ofVersion(int version) {
    return Json.object().put("reason", "its cases too").put("workflow_version", version).build();
  }

  @Test
  void whatHasEndedByItselfIsNotOpenedWithALaterVersion() {
    var until = world.clock.instant().plusSeconds(3600).toString();
    world.authorize("advance", Json.object().put("reason", "an hour").put("until", until).build());
    var earlier = open("{}");
    world.clock.advance(Duration.ofHours(1));
    world.define(timed());
    world.authorize("advance");
    blockedByItsGate(earlier);
  }

  private void blockedByItsGate(UUID caseId) {
    assertThatThrownBy(() -> world.propose(caseId, "advance"))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            refusal ->
                assertThat(refusal.reasons()).extracting(reason -> reason.code()).contains("gate"));
  }

  @Test
  void theTimeThatACaseHasWaitedIsNotForgotten() {
    world.define(timed());
    var caseId = open("{}");
    var since = world.clock.instant();
    world.define(timed());
    world.clock.advance(Duration.ofMinutes(30));
    migrate(caseId, 3, 1);
    assertThat(shown(caseId).text("sla_due_at")).contains(since.plusSeconds(3600).toString());
  }

  @Test
  void whatWasDoneUnderAVersionWithoutThatQueueIsTakenBackAfterTheCaseIsMigratedBack() {
    var caseId = open("{}");
    var done =
        World.execution(world.decide(world.reviewer, world.propose(caseId, "advance"), "approve"));
    world.define(
        with("queues", "[{\"name\": \"review\"}, {\"name\": \"done\"}]")
            .with(
                "transitions",
                Json.array(List.of(World.DEFINITION.items("transitions").getLast()))));
    migrate(caseId, 2, 2);
    assertThatThrownBy(() -> world.rollBack(world.reviewer2, done))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            refusal -> assertThat(refusal.code()).isEqualTo("unknown_queue"));
    migrate(caseId, 1, 3);
    assertThat(world.rollBack(world.reviewer2, done).text("state")).contains("rolled_back");
    assertThat(shown(caseId).text("queue")).contains("intake");
  }

  @Test
  void aCaseThatHasNoPlaceInAVersionStaysWhereItIs() {
    var caseId = open("{\"cents\": \"many\"}");
    world.define(
        with("queues", "[{\"name\": \"review\"}, {\"name\": \"done\"}, {\"name\": \"refused\"}]")
            .with(
                "transitions",
                Json.array(List.of(World.DEFINITION.items("transitions").getLast()))));
    world.define(with("attributes", "[{\"name\": \"cents\", \"type\": \"integer\"}]"));
    refused(caseId, 2, 1, "unknown_queue");
    refused(caseId, 3, 1, "attributes_do_not_fit");
    refused(caseId, 4, 1, "unknown_version");
    refused(caseId, 1, 1, "nothing_to_migrate");
    refused(caseId, 3, 2, "stale_case");
  }

  @Test
  void aCaseOnHoldStaysSoUnderTheOtherVersion() {
    world.rule(List.of("letter"), "true", "{\"kind\": \"hold\"}");
    var caseId = open("{}");
    world.tell(caseId, "letter", JsonObject.EMPTY);
    world.define();
    assertThat(migrate(caseId, 2, 2).text("state")).contains("held");
    assertThat(shown(caseId).object("hold")).isPresent();
  }
}
