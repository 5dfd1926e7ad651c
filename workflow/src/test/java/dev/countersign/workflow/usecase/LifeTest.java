package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The life of a governed action, from the case to what came of it.
class LifeTest {
  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void actionIsProposedCountersignedExecutedAndObserved() {
    var opened = world.open();
    var caseId = World.id(opened, "case_id");
    assertThat(opened.text("queue")).contains("intake");

    var proposed = world.propose(caseId, "advance");
    assertThat(proposed.text("state")).contains("pending");
    assertThat(proposed.text("mode")).contains("observe");
    assertThat(proposed.items("mode_reasons").toString()).contains("trust", "ceiling");
    assertThat(proposed.object("decision").orElseThrow().text("outcome")).contains("permit");

    var shown = world.showApprovals.one(world.reviewer, World.approval(proposed));
    assertThat(shown.object("effect").orElseThrow().member("diff").orElseThrow().toString())
        .contains("\"before\":\"intake\",\"after\":\"review\"");
    assertThat(shown.member("prediction")).contains(Json.NULL);

    var decided = world.decide(world.reviewer, proposed, "approve");
    assertThat(decided.text("state")).contains("approved");
    assertThat(decided.text("proposal_state")).contains("executed");
    var moved = world.showCases.one(world.agent, caseId);
    assertThat(moved.text("queue")).contains("review");
    assertThat(moved.number("version")).contains(2.0);

    world.report(world.observer, World.execution(decided), true, "none");
    var story = world.showProposal.one(world.agent, World.id(proposed, "proposal_id"));
    assertThat(story.text("state")).contains("executed");
    assertThat(story.object("outcome").orElseThrow().truth("success")).contains(true);
    assertThat(story.object("approval").orElseThrow().items("decisions")).hasSize(1);
    assertThat(story.object("execution").orElseThrow().member("diff").orElseThrow().toString())
        .contains("/queue", "/version");
    assertThat(story.object("trust").orElseThrow().text("stage")).contains("observe");

    var proposalId = proposed.text("proposal_id").orElseThrow();
    assertThat(
            world.log().stream()
                .filter(entry -> entry.correlationId().equals(proposalId))
                .map(World.LoggedEntry::action))
        .containsExactly(
            "proposal.created", "approval.granted", "execution.completed", "outcome.observed");
  }

  @Test
  void caseIsCompletedInItsLastQueue() {
    var caseId = World.id(world.open(), "case_id");
    world.decide(world.reviewer, world.propose(caseId, "advance"), "approve");
    world.decide(world.pharmacist, world.propose(caseId, "finish"), "approve");
    var done = world.showCases.one(world.agent, caseId);
    assertThat(done.text("state")).contains("completed");
    assertThat(done.number("version")).contains(3.0);
  }

  @Test
  void deferringLeavesTheRequestWaitingForAnyoneWithTheRole() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    assertThat(world.decide(world.reviewer, proposed, "defer").text("proposal_state"))
        .contains("pending");
    assertThat(world.showApprovals.inbox(world.reviewer, page()).items("approvals")).hasSize(1);
    assertThat(world.decide(world.reviewer, proposed, "approve").text("proposal_state"))
        .contains("executed");
    assertThat(world.showApprovals.inbox(world.reviewer, page()).items("approvals")).isEmpty();
    assertThat(world.actions())
        .containsSubsequence("approval.deferred", "approval.granted", "execution.completed");
  }

  @Test
  void rejectionEndsTheProposalAndMakesRoomForAnother() {
    var caseId = World.id(world.open(), "case_id");
    var rejected = world.propose(caseId, "advance");
    assertThat(world.decide(world.reviewer, rejected, "reject").text("proposal_state"))
        .contains("rejected");
    assertThat(world.showCases.one(world.agent, caseId).number("version")).contains(1.0);
    assertThat(world.propose(caseId, "advance").text("state")).contains("pending");
  }

  @Test
  void executionSupersedesWhatElseWasProposedForTheCase() {
    var caseId = World.id(world.open(), "case_id");
    var advance = world.propose(caseId, "advance");
    var refuse = world.propose(caseId, "refuse");
    world.decide(world.reviewer, advance, "approve");
    assertThat(world.proposalState(refuse)).isEqualTo("superseded");
    assertThat(world.actions()).contains("proposal.superseded");
  }

  @Test
  void stageRisesWithIndependentDecisionsAndFallsWithASevereHarm() {
    JsonObject decided = JsonObject.EMPTY;
    for (int i = 0; i < 6; i++) {
      var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
      decided = world.decide(world.reviewer, proposed, "approve");
    }
    assertThat(world.actions()).contains("stage.promoted");
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    assertThat(proposed.text("mode")).contains("propose");
    world.report(world.observer, World.execution(decided), false, "severe");
    assertThat(world.actions()).endsWith("outcome.observed", "stage.demoted");
    assertThat(
            world
                .showProposal
                .one(world.agent, World.id(proposed, "proposal_id"))
                .object("trust")
                .orElseThrow()
                .text("stage"))
        .contains("observe");
  }

  @Test
  void demoTenantSaysWhenThingsHappenedAndTheLedgerKeepsTheServersTime() {
    var caseId = World.id(world.open(), "case_id");
    var body =
        World.proposal(caseId, 1, "advance").with("occurred_at", Json.of("2012-01-01T00:00:00Z"));
    var proposed = world.propose(world.agent, body);
    var entry = world.log().getLast();
    assertThat(entry.content().text("time").orElseThrow()).startsWith("2026-11-01");
    assertThat(entry.content().object("details").orElseThrow().text("occurred_at"))
        .contains("2012-01-01T00:00:00Z");
    assertThat(
            Instant.parse(
                proposed.object("approval").orElseThrow().text("expires_at").orElseThrow()))
        .isAfter(world.clock.instant());
  }

  @Test
  void sameIdempotencyKeyGetsTheSameAnswerAndIsExecutedOnce() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    var request = World.decision(proposed, "approve");
    var call =
        new Call(
            world.reviewer,
            World.TRACE,
            "127.0.0.1",
            Optional.of(new Call.Idempotency("k1", "POST /v1/approvals", Digest.ZERO)));
    var first = world.decideApproval.decide(call, World.approval(proposed), request);
    var before = world.rows();
    var second = world.decideApproval.decide(call, World.approval(proposed), request);
    assertThat(second.repeated()).isTrue();
    assertThat(second.answer()).isEqualTo(first.answer());
    assertThat(world.rows()).isEqualTo(before);
  }

  @Test
  void newWorkflowHasClosedGatesAndAChangedTransitionClosesItsGateAgain() {
    var transitions = World.DEFINITION.items("transitions");
    var changed = ((JsonObject) transitions.getFirst()).with("to", Json.of("done"));
    var definition =
        World.DEFINITION.with(
            "transitions", Json.array(List.of(changed, transitions.get(1), transitions.get(2))));
    var defined =
        world.defineWorkflow.define(
            world.call(world.admin),
            DefineWorkflow.parse(Json.object().put("definition", definition).build()));
    assertThat(defined.answer().number("version")).contains(2.0);
    var gates = world.showGates.list(world.admin, "refill").items("gates");
    assertThat(((JsonObject) gates.get(0)).truth("open")).contains(false);
    assertThat(((JsonObject) gates.get(1)).truth("open")).contains(true);
  }

  private static Page page() {
    return Page.parse(Optional.empty(), Optional.empty());
  }
}
