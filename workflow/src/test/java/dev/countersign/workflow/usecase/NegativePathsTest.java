package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.workflow.ApprovalRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Every refusal names its reason and changes nothing: all rows of all tables are compared, and the
/// log gets the one `*.refused` entry, or none where nothing is recorded.
class NegativePathsTest {
  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whoMistypesWhatHeFreezesIsToldAndWhoMeansItSaysSo() {
    for (var scope : List.of("queue", "action")) {
      assertThatThrownBy(() -> world.freeze(scope, "intaek"))
          .isInstanceOfSatisfying(
              Refusal.Conflict.class,
              refusal -> assertThat(refusal.code()).isEqualTo("unknown_" + scope));
      var ahead =
          Json.object()
              .put("scope", scope)
              .put("value", "intaek")
              .put("reason", "before it opens")
              .put("ahead", true)
              .build();
      world.setFreeze.set(world.call(world.admin), SetFreeze.parse(ahead));
    }
    assertThat(
            world
                .showFreezes
                .list(world.admin, Page.parse(Optional.empty(), Optional.empty()))
                .items("freezes"))
        .hasSize(2);
    world.freeze("queue", "review");
    world.freeze("action", "advance");
  }

  @Test
  void proposerDoesNotDecideEvenWithTheRole() {
    var both = World.principal(world.tenant, "ck_both", "agent", "reviewer");
    var proposed =
        world.propose(both, World.proposal(World.id(world.open(), "case_id"), 1, "advance"));
    for (var decision : List.of("approve", "reject", "defer")) {
      refused(
          Refusal.Forbidden.class,
          "proposer_may_not_approve",
          "approval.refused",
          () -> world.decide(both, proposed, decision));
    }
  }

  @Test
  void approverNeedsTheTransitionsRole() {
    var caseId = World.id(world.open(), "case_id");
    var advance = world.propose(caseId, "advance");
    refused(
        Refusal.Forbidden.class,
        "not_an_approver",
        "approval.refused",
        () -> world.decide(world.admin, advance, "approve"));
    world.decide(world.reviewer, advance, "approve");
    var finish = world.propose(caseId, "finish");
    refused(
        Refusal.Forbidden.class,
        "not_an_approver",
        "approval.refused",
        () -> world.decide(world.reviewer, finish, "approve"));
  }

  @Test
  void staleCaseIsNotProposedFor() {
    var caseId = World.id(world.open(), "case_id");
    world.decide(world.reviewer, world.propose(caseId, "advance"), "approve");
    var refusal =
        refused(
            Refusal.Conflict.class,
            "stale_case",
            "proposal.refused",
            () -> world.propose(world.agent, World.proposal(caseId, 1, "finish")));
    assertThat(refusal).hasMessageContaining("is at version 2");
  }

  @Test
  void transitionThatIsNotDefinedIsForbidden() {
    var caseId = World.id(world.open(), "case_id");
    for (var type : List.of("finish", "teleport")) {
      refused(
          Refusal.Conflict.class,
          "undefined_transition",
          "proposal.refused",
          () -> world.propose(caseId, type));
    }
  }

  @Test
  void whatIsNotDefinedIsRefusedWithAllThatStopsItBesides() {
    var caseId = World.id(world.open(), "case_id");
    world.freeze("tenant", "*");
    world.freeze("queue", "intake");
    var refusal =
        (Refusal.Conflict)
            refused(
                Refusal.Conflict.class,
                "undefined_transition",
                "proposal.refused",
                () -> world.propose(caseId, "finish"));
    assertThat(refusal.reasons())
        .extracting(Violation::code)
        .containsExactly("transition", "freeze", "freeze");
    assertThat(refusal.reasons().getFirst().message())
        .isEqualTo("the workflow `refill` defines no `finish` from queue `intake`");
    var body = World.proposal(caseId, 1, "finish");
    var tried =
        world.dryRun.tryOut(
            world.call(world.agent), ProposalRequest.parse(body, TenantProfile.STANDARD));
    assertThat(tried.text("would")).contains("nothing");
    assertThat(tried.text("mode")).contains("blocked");
    assertThat(tried.items("mode_reasons"))
        .extracting(reason -> ((JsonObject) reason).text("source").orElseThrow())
        .containsExactlyInAnyOrder("transition", "freeze", "freeze");
  }

  @Test
  void caseThatIsCompletedIsLeftAlone() {
    var caseId = World.id(world.open(), "case_id");
    world.decide(world.reviewer, world.propose(caseId, "refuse"), "approve");
    refused(
        Refusal.Conflict.class,
        "case_not_open",
        "proposal.refused",
        () -> world.propose(caseId, "advance"));
  }

  @Test
  void oneLiveProposalForACaseAndAction() {
    var caseId = World.id(world.open(), "case_id");
    world.propose(caseId, "advance");
    refused(
        Refusal.Conflict.class,
        "live_proposal",
        "proposal.refused",
        () -> world.propose(caseId, "advance"));
  }

  @Test
  void everythingThatBlocksIsNamed() {
    var caseId = World.id(world.open(), "case_id");
    world.revoke("advance");
    world.freeze("tenant", "*");
    world.freeze("queue", "intake");
    world.activate(forbidding("no_advance"));
    var refusal =
        (Refusal.Conflict)
            refused(
                Refusal.Conflict.class,
                "blocked",
                "proposal.refused",
                () -> world.propose(caseId, "advance"));
    assertThat(refusal.reasons())
        .extracting(Violation::code)
        .containsExactly("freeze", "freeze", "gate", "policy");
    assertThat(refusal.reasons().getLast().message()).contains("`no_advance`");
  }

  @Test
  void gateThatWasNeverAuthorizedOrHasEndedIsClosed() {
    var caseId = World.id(world.open(), "case_id");
    world.changeGate.change(
        world.call(world.admin),
        "refill",
        "advance",
        ChangeGate.authorization(
            Json.object()
                .put("reason", "for a minute")
                .put("until", world.clock.instant().plus(Duration.ofMinutes(1)).toString())
                .build()));
    world.clock.advance(Duration.ofMinutes(2));
    refused(
        Refusal.Conflict.class,
        "blocked",
        "proposal.refused",
        () -> world.propose(caseId, "advance"));
  }

  @Test
  void approvalOfWhatIsBlockedIsRefusedAndTheRequestStaysOpen() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    world.revoke("advance");
    refused(
        Refusal.Conflict.class,
        "blocked",
        "approval.refused",
        () -> world.decide(world.reviewer, proposed, "approve"));
    world.authorize("advance");
    var freeze = world.freeze("action", "advance");
    refused(
        Refusal.Conflict.class,
        "blocked",
        "approval.refused",
        () -> world.decide(world.reviewer, proposed, "approve"));
    world.lift(freeze);
    assertThat(world.decide(world.reviewer, proposed, "approve").text("proposal_state"))
        .contains("executed");
  }

  /// Two people may have two reasons: whoever lifts his own never lifts the other's.
  @Test
  void freezesOfTheSameScopeAreKeptApartAndBothHaveToBeLifted() {
    var caseId = World.id(world.open(), "case_id");
    var one = world.freeze("action", "advance");
    var other = world.freeze("action", "advance");
    assertThat(other).isNotEqualTo(one);
    var listed =
        world.showFreezes.list(world.admin, Page.parse(Optional.empty(), Optional.empty()));
    assertThat(listed.items("freezes"))
        .allSatisfy(freeze -> {
          var shown = (JsonObject) freeze;
          assertThat(shown.text("by")).contains(world.admin.actor());
          assertThat(shown.text("reason")).isPresent();
          assertThat(shown.truth("active")).contains(true);
        })
        .hasSize(2);
    world.lift(one);
    refused(
        Refusal.Conflict.class,
        "blocked",
        "proposal.refused",
        () -> world.propose(caseId, "advance"));
    world.lift(other);
    assertThat(world.propose(caseId, "advance").text("state")).contains("pending");
  }

  @Test
  void changedDigestIsRefused() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    var other = proposed.with("action_digest", Json.of(Digest.sha256(new byte[] {1}).hex()));
    refused(
        Refusal.Conflict.class,
        "digest_mismatch",
        "approval.refused",
        () -> world.decide(world.reviewer, other, "approve"));
    refused(
        Refusal.Conflict.class,
        "digest_mismatch",
        "proposal.refused",
        () -> world.edit(world.reviewer, other, "for another"));
    refused(
        Refusal.Conflict.class,
        "digest_mismatch",
        "approval.refused",
        () ->
            world.decideApproval.decide(
                world.call(world.reviewer),
                World.approval(proposed),
                DecisionRequest.parse(
                    Json.object()
                        .put("decision", "approve")
                        .put("action_digest", proposed.text("action_digest").orElseThrow())
                        .put("approval_digest", Digest.ZERO.hex())
                        .build(),
                    TenantProfile.STANDARD)));
  }

  /// Whoever changes the stored action, digest or terms behind our back gets nothing executed.
  @Test
  void touchedRowsAreNeitherApprovedNorExecuted() {
    world.tamper("alter table workflow.proposal drop constraint if exists proposal_action_digest");
    for (var touch :
        List.of(
            "update workflow.proposal set action = convert_to(replace(convert_from(action, 'UTF8'), 'advance', 'refuse!'), 'UTF8')",
            "update workflow.proposal set action_digest = decode(repeat('00', 32), 'hex')",
            "update workflow.approval_request set approval_digest = decode(repeat('00', 32), 'hex')",
            "update workflow.approval_request set policy_version = policy_version + 1",
            "update workflow.approval_request set expires_at = expires_at + interval '1 day'")) {
      var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
      world.tamper(touch + " where proposal_id = '" + World.id(proposed, "proposal_id") + "'");
      refused(
          Refusal.Conflict.class,
          "digest_mismatch",
          "approval.refused",
          () -> world.decide(world.reviewer, proposed, "approve"));

      var approved = world.propose(World.id(world.open(), "case_id"), "advance");
      world.approveAndCrash(world.reviewer, approved);
      world.tamper(touch + " where proposal_id = '" + World.id(approved, "proposal_id") + "'");
      assertThat(world.execute(approved).text("proposal_state")).as(touch).contains("superseded");
    }
    assertThat(world.actions()).doesNotContain("execution.completed");
  }

  @Test
  void approvalWithoutADecisionOfSomebodyElseExecutesNothing() {
    for (var touch :
        List.of(
            "update workflow.approval_decision set approver = 'api_key:ck_agent' where true",
            "update workflow.approval_decision set decision = 'defer' where true",
            "update workflow.approval_decision set action_digest = decode(repeat('00', 32), 'hex') where true",
            "delete from workflow.approval_decision where true")) {
      var approved = world.propose(World.id(world.open(), "case_id"), "advance");
      world.approveAndCrash(world.reviewer, approved);
      world.tamper(touch);
      assertThat(world.execute(approved).text("proposal_state")).as(touch).contains("superseded");
    }
    assertThat(world.actions()).doesNotContain("execution.completed");
  }

  @Test
  void secondDecisionIsRefused() {
    var caseId = World.id(world.open(), "case_id");
    var rejected = world.propose(caseId, "advance");
    world.decide(world.reviewer, rejected, "reject");
    var approved = world.propose(caseId, "advance");
    world.decide(world.reviewer, approved, "approve");
    for (var proposed : List.of(rejected, approved)) {
      for (var who : List.of(world.reviewer, world.reviewer2)) {
        refused(
            Refusal.Conflict.class,
            "already_decided",
            "approval.refused",
            () -> world.decide(who, proposed, "approve"));
      }
    }
  }

  @Test
  void decisionAfterTheExpiryIsRefused() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    world.clock.advance(ApprovalRules.USUAL_EXPIRY);
    refused(
        Refusal.Conflict.class,
        "approval_expired",
        "approval.refused",
        () -> world.decide(world.reviewer, proposed, "approve"));
  }

  @Test
  void policyThatForbidsByNowEndsTheProposalAndSaysSo() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    world.activate(forbidding("no_advance"));
    int before = world.log().size();
    var refusal =
        catchThrowableOfType(
            Refusal.Conflict.class, () -> world.decide(world.reviewer, proposed, "approve"));
    assertThat(refusal.code()).isEqualTo("policy_forbids");
    assertThat(refusal.reasons()).extracting(Violation::code).containsExactly("policy");
    assertThat(world.actions().subList(before, world.log().size()))
        .containsExactly("proposal.superseded", "approval.refused");
    assertThat(world.proposalState(proposed)).isEqualTo("superseded");
  }

  @Test
  void newerPolicyWithTheSameAnswerGoesOn() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    world.activate(
        JsonReader.readObject(
            """
            {"key": "look", "description": "a person looks", "message": "a person looks",
             "effect": "require_approval", "condition": "true",
             "applies_to": {"resource_types": ["case"]}}
            """));
    assertThat(world.decide(world.reviewer, proposed, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void outcomeComesOnceAndFromSomebodyElse() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    var execution = World.execution(world.decide(world.reviewer, proposed, "approve"));
    refused(
        Refusal.Forbidden.class,
        "proposer_may_not_report",
        "outcome.refused",
        () -> world.report(world.agent, execution, true, "none"));
    world.report(world.observer, execution, true, "none");
    refused(
        Refusal.Conflict.class,
        "outcome_reported",
        "outcome.refused",
        () -> world.report(world.observer, execution, false, "major"));
  }

  @Test
  void referenceIsUniqueInItsWorkflow() {
    var request =
        OpenCase.parse(
            Json.object().put("workflow", "refill").put("reference", "RX-1001").build(),
            TenantProfile.STANDARD);
    world.openCase.open(world.call(world.agent), request);
    refused(
        Refusal.Conflict.class,
        "reference_taken",
        "case.refused",
        () -> world.openCase.open(world.call(world.agent), request));
  }

  @Test
  void whatIsNotThereIsNotFoundAndLeavesNoEntry() {
    var nowhere = UUID.randomUUID();
    var attempts = new ArrayList<Runnable>();
    attempts.add(() -> world.propose(world.agent, World.proposal(nowhere, 1, "advance")));
    attempts.add(() -> world.report(world.observer, nowhere, true, "none"));
    attempts.add(() -> world.showProposal.one(world.agent, nowhere));
    attempts.add(() -> world.showApprovals.one(world.agent, nowhere));
    attempts.add(() -> world.showCases.one(world.agent, nowhere));
    attempts.add(() -> world.lift(nowhere));
    attempts.add(() -> world.revoke("teleport"));
    for (var attempt : attempts) {
      var rows = world.rows();
      int entries = world.log().size();
      assertThat(catchThrowableOfType(Refusal.NotFound.class, attempt::run)).isNotNull();
      assertThat(world.rows()).isEqualTo(rows);
      assertThat(world.log()).hasSize(entries);
    }
  }

  @Test
  void malformedRequestsNameEveryProblemAtOnce() {
    var problems =
        catchThrowableOfType(
                Refusal.Invalid.class,
                () ->
                    ProposalRequest.parse(
                        JsonReader.readObject(
                            """
                            {"case_id": "x", "case_version": 0, "actor": "me",
                             "action": {"type": "", "to": "done"},
                             "prediction": {"confidence": 2, "safety": "high"},
                             "occurred_at": "2012-01-01T00:00:00Z"}
                            """),
                        TenantProfile.STANDARD))
            .violations();
    assertThat(problems)
        .extracting(problem -> problem.pointer() + " " + problem.code())
        .containsExactlyInAnyOrder(
            "/case_id wrong_value",
            "/case_version out_of_range",
            "/actor unknown_field",
            "/action/type wrong_length",
            "/action/to unknown_field",
            "/prediction/confidence out_of_range",
            "/prediction/safety wrong_type",
            "/occurred_at demo_only");
  }

  private Refusal refused(
      Class<? extends Refusal> type, String code, String entry, Runnable attempt) {
    var rows = world.rows();
    var actions = new ArrayList<>(world.actions());
    var refusal = catchThrowableOfType(type, attempt::run);
    assertThat(refusal).as("a refusal with code `%s`", code).isNotNull();
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(world.rows()).isEqualTo(rows);
    actions.add(entry);
    assertThat(world.actions()).isEqualTo(actions);
    assertThat(world.log().getLast().content().object("details").orElseThrow().text("code"))
        .contains(code);
    return refusal;
  }

  private static JsonObject forbidding(String key) {
    return JsonReader.readObject(
        """
        {"key": "%s", "description": "forbids", "message": "forbidden", "effect": "forbid",
         "condition": "action.name == 'advance'", "applies_to": {"resource_types": ["case"]}}
        """
            .formatted(key));
  }
}
