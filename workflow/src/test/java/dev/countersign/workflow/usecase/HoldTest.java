package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A case that a rule holds.
class HoldTest {
  private static final String HOLD = "{\"kind\": \"hold\"}";
  private static final List<String> LETTER = List.of("letter");

  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  private UUID open() {
    return World.id(world.open(), "case_id");
  }

  private void letter(UUID caseId) {
    world.tell(caseId, "letter", JsonObject.EMPTY);
  }

  private JsonObject shown(UUID caseId) {
    return world.showCases.one(world.agent, caseId);
  }

  private static void refused(Callable<?> attempt, String code) {
    assertThatThrownBy(attempt::call)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  @Test
  void aHeldCaseIsMovedByNobodyUntilItIsReleased() {
    world.rule(LETTER, "true", HOLD);
    var caseId = open();
    var approved = world.propose(caseId, "advance");
    world.approveAndCrash(world.reviewer, approved);
    letter(caseId);
    var held = shown(caseId);
    assertThat(held.text("state")).contains("held");
    assertThat(held.number("version")).contains(2.0);
    assertThat(held.object("hold").orElseThrow().text("by").orElseThrow()).startsWith("rule:");
    world.clock.advance(Duration.ofMinutes(1));
    world.workOffDue.round();
    assertThat(world.proposalState(approved)).isEqualTo("superseded");
    assertThatThrownBy(() -> world.propose(caseId, "advance"))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            refusal ->
                assertThat(refusal.reasons().getFirst().message()).contains("on hold by `rule:"));
    assertThat(shown(caseId).text("queue")).contains("intake");
    refused(() -> release(caseId, 1), "stale_case");
    release(caseId, 2);
    refused(() -> release(caseId, 3), "case_not_held");
    assertThat(shown(caseId).text("state")).contains("open");
    assertThat(shown(caseId).number("version")).contains(3.0);
    assertThat(
            world
                .decide(world.reviewer, world.propose(caseId, "advance"), "approve")
                .text("proposal_state"))
        .contains("executed");
    assertThat(world.actions())
        .containsSubsequence(
            "event.posted", "case.held", "proposal.superseded", "rule.fired", "case.released");
  }

  @Test
  void whatWasApprovedWithoutAnybodySupersedingItIsBlockedByTheHoldItself() {
    var caseId = open();
    var approved = world.propose(caseId, "advance");
    world.approveAndCrash(world.reviewer, approved);
    world.tamper(
        "update workflow.case_file set state = 'held', held_by = 'rule:x', held_since = now()");
    assertThat(world.execute(approved).member("blocked").orElseThrow().toString())
        .contains("\"source\":\"hold\"");
    assertThat(shown(caseId).text("queue")).contains("intake");
  }

  private JsonObject release(UUID caseId, long version) {
    var body = Json.object().put("case_version", version).put("reason", "checked").build();
    return world
        .releaseCase
        .release(world.call(world.reviewer), caseId, ReleaseCase.parse(body))
        .answer();
  }

  @Test
  void aHoldAtTheOpeningIsInTheAnswerAndASecondOneIsRefused() {
    world.rule(List.of("case.opened"), "true", HOLD);
    var again = world.rule(LETTER, "true", HOLD);
    var opened = world.open();
    assertThat(opened.text("state")).contains("held");
    letter(World.id(opened, "case_id"));
    assertThat(world.showRules.one(world.admin, again).text("last_result").orElseThrow())
        .isEqualTo("already_held");
  }
}
