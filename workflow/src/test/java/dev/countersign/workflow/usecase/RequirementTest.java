package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who has to agree, in the room with a real database and a real log.
class RequirementTest {
  private static final JsonObject CLAIM =
      JsonReader.readObject(
          """
          {"key": "claim", "title": "Claim",
           "queues": [{"name": "open"}, {"name": "paid"}, {"name": "dropped", "state": "cancelled"}],
           "transitions": [
             {"type": "payout", "from": "open", "to": "paid", "gate": "payout", "handler": "transition",
              "approver_roles": ["approver:adjuster"], "amount": "cents",
              "guard": "case.attributes.checked == true",
              "approval": {"also": [{"roles": ["approver:manager"]}], "veto_roles": ["auditor"],
                "four_eyes": true, "of": 4, "expires_seconds": 7200,
                "escalate": {"after_seconds": 3600, "roles": ["approver:director"]}}},
             {"type": "drop", "from": ["open", "paid"], "to": "dropped", "gate": "drop",
              "approver_roles": ["approver:manager"], "handler": "transition"},
             {"type": "reopen", "from": "dropped", "to": "open", "gate": "reopen",
              "approver_roles": ["approver:manager"], "handler": "transition"}]}
          """);

  private final World world = new World();
  private final Principal adjuster = principal("ck_adjuster", "approver:adjuster");
  private final Principal adjuster2 = principal("ck_adjuster2", "approver:adjuster");
  private final Principal manager = principal("ck_manager", "approver:manager");
  private final Principal director = principal("ck_director", "approver:director");
  private final Principal auditor = principal("ck_auditor", "auditor");

  RequirementTest() {
    world.define(CLAIM);
    for (var transition : List.of("payout", "drop", "reopen")) {
      authorize(transition, "{\"reason\": \"staffed\"}");
    }
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void bothOfTwoKindsOfPeopleHaveToAgree() {
    var proposed = propose(open("{\"cents\": 5, \"checked\": true}"), "payout");
    var first = world.decide(adjuster, proposed, "approve");
    assertThat(first.text("state")).contains("pending");
    assertThat(first.text("proposal_state")).contains("pending");
    assertThat(first.number("approved")).contains(1.0);
    assertThat(first.number("quorum")).contains(2.0);
    assertThat(first.member("needed").map(Json::toString))
        .contains("[{\"roles\":[\"approver:manager\"],\"quorum\":1}]");
    refused("decided_before", () -> world.decide(adjuster, proposed, "approve"));
    refused("not_needed", () -> world.decide(adjuster2, proposed, "approve"));
    var shown = show(manager, proposed);
    assertThat(shown.number("quorum")).contains(2.0);
    assertThat(shown.number("approved")).contains(1.0);
    var second = world.decide(manager, proposed, "approve");
    assertThat(second.text("proposal_state")).contains("executed");
    assertThat(second.number("approved")).contains(2.0);
    assertThat(second.items("needed")).isEmpty();
    assertThat(world.actions()).filteredOn("approval.granted"::equals).hasSize(2);
  }

  @Test
  void aVetoEndsItAndWhoMayOnlyVetoDoesNotApprove() {
    var proposed = propose(open("{\"cents\": 5, \"checked\": true}"), "payout");
    refused("may_only_reject", () -> world.decide(auditor, proposed, "approve"));
    assertThat(world.decide(adjuster2, proposed, "reject").text("state")).contains("pending");
    assertThat(world.decide(auditor, proposed, "reject").text("state")).contains("rejected");
    refused("already_decided", () -> world.decide(manager, proposed, "approve"));
  }

  @Test
  void nobodyApprovesForWhomItWasProposed() {
    var subject = open("{\"cents\": 5, \"checked\": true}");
    var body = World.proposal(subject, 1, "payout").with("on_behalf_of", Json.of(adjuster.actor()));
    var proposed = world.propose(world.agent, body);
    refused("proposer_may_not_approve", () -> world.decide(adjuster, proposed, "approve"));
    assertThat(inbox(adjuster)).isEmpty();
    assertThat(inbox(adjuster2)).hasSize(1);
  }

  @Test
  void whatIsEditedStaysProposedForWhomItWas() {
    var subject = open("{\"cents\": 5, \"checked\": true}");
    var body = World.proposal(subject, 1, "payout").with("on_behalf_of", Json.of(adjuster.actor()));
    var edited = world.edit(manager, world.propose(world.agent, body), "for another");
    refused("proposer_may_not_approve", () -> world.decide(adjuster, edited, "approve"));
    refused("proposer_may_not_approve", () -> world.decide(manager, edited, "approve"));
    assertThat(world.decide(adjuster2, edited, "approve").text("state")).contains("pending");
  }

  @Test
  void fourEyesKeepOutWhoHadAHandInTheCase() {
    var both = principal("ck_both", "approver:adjuster", "operator");
    var opened =
        world
            .openCase
            .open(world.call(both), request("{\"cents\": 5, \"checked\": true}"))
            .answer();
    var subject = World.id(opened, "case_id");
    var proposed = propose(subject, "payout");
    refused("hand_in_the_case", () -> world.decide(both, proposed, "approve"));
    world.decide(adjuster, proposed, "approve");
    world.decide(manager, proposed, "approve");
    world.decide(principal("ck_other", "approver:manager"), propose(subject, "drop"), "approve");
    world.decide(principal("ck_other", "approver:manager"), propose(subject, "reopen"), "approve");
    var again = propose(subject, "payout");
    refused("hand_in_the_case", () -> world.decide(adjuster, again, "approve"));
    world.decide(adjuster2, again, "approve");
  }

  @Test
  void whatWaitsTooLongIsShownToOthersAsWell() {
    var proposed = propose(open("{\"cents\": 5, \"checked\": true}"), "payout");
    refused("not_an_approver", () -> world.decide(director, proposed, "approve"));
    assertThat(inbox(director)).isEmpty();
    world.clock.advance(Duration.ofHours(1));
    // From that moment on, whether or not the timer came by.
    assertThat(world.decide(director, proposed, "approve").text("state")).contains("pending");
    world.workOffDue.round();
    var other = principal("ck_director2", "approver:director");
    assertThat(inbox(other)).hasSize(1);
    assertThat(world.actions()).filteredOn("approval.escalated"::equals).hasSize(1);
    world.workOffDue.round();
    assertThat(world.actions()).filteredOn("approval.escalated"::equals).hasSize(1);
    assertThat(world.decide(other, proposed, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void anInboxIsEmptyOnceItsOwnerHasDecided() {
    var proposed = propose(open("{\"cents\": 5, \"checked\": true}"), "payout");
    assertThat(inbox(adjuster)).hasSize(1);
    world.decide(adjuster, proposed, "defer");
    assertThat(inbox(adjuster)).hasSize(1);
    world.decide(adjuster, proposed, "approve");
    assertThat(inbox(adjuster)).isEmpty();
    assertThat(inbox(manager)).hasSize(1);
    world.decide(manager, proposed, "approve");
    assertThat(inbox(manager)).isEmpty();
  }

  @Test
  void aGuardThatDoesNotHoldOrCannotBeEvaluatedBlocks() {
    refused("blocked", () -> propose(open("{\"cents\": 5, \"checked\": false}"), "payout"));
    assertThatThrownBy(() -> propose(open("{\"cents\": 5}"), "payout"))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            conflict ->
                assertThat(conflict.reasons())
                    .containsExactly(
                        new Violation(
                            "",
                            "guard",
                            "the guard can't be evaluated (there is no `checked`): case.attributes.checked == true")));
    assertThatThrownBy(() -> world.define(CLAIM.with("transitions", guarded("case.reference + 1"))))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            invalid ->
                assertThat(invalid.violations())
                    .anySatisfy(problem -> {
                      assertThat(problem.pointer()).isEqualTo("/definition/transitions/0/guard");
                      assertThat(problem.message()).contains("line 1, column");
                    }));
  }

  @Test
  void aGateOpensUpToItsAmountAndClosesForOneSite() {
    var subject = open("{\"cents\": 500, \"checked\": true}");
    authorize("payout", "{\"reason\": \"small ones\", \"up_to\": 499}");
    refused("blocked", () -> propose(subject, "payout"));
    authorize("payout", "{\"reason\": \"larger ones here\", \"up_to\": 500, \"site\": \"main\"}");
    var proposed = propose(subject, "payout");
    world.decide(adjuster, proposed, "approve");
    revoke("payout", "{\"reason\": \"audit\", \"site\": \"main\"}");
    refused("blocked", () -> world.decide(manager, proposed, "approve"));
    authorize("payout", "{\"reason\": \"over\", \"site\": \"main\"}");
    assertThat(world.decide(manager, proposed, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void aPolicyMayAskForMorePeopleAndLaterForMoreStill() {
    world.activate(policy("two", "{\"quorum\": 2}"));
    var proposed = propose(open("{\"cents\": 5, \"checked\": true}"), "drop");
    assertThat(show(manager, proposed).number("quorum")).contains(2.0);
    world.decide(manager, proposed, "approve");
    world.activate(policy("compliance", "{\"roles\": [\"approver:compliance\"]}"));
    refused(
        "stricter_requirement",
        () -> world.decide(principal("ck_manager2", "approver:manager"), proposed, "approve"));
    assertThat(world.proposalState(proposed)).isEqualTo("superseded");
  }

  @Test
  void aDemandThatIsNotUnderstoodBlocks() {
    world.activate(policy("odd", "{\"qourum\": 2}"));
    refused("blocked", () -> propose(open("{\"cents\": 5, \"checked\": true}"), "drop"));
  }

  @Test
  void whoProposedTakesItBackAndNobodyElse() {
    var proposed = propose(open("{\"cents\": 5, \"checked\": true}"), "payout");
    var id = World.id(proposed, "proposal_id");
    refused("not_the_proposer", () -> world.withdrawProposal.withdraw(world.call(manager), id, ""));
    world.withdrawProposal.withdraw(world.call(world.agent), id, "a mistake");
    assertThat(world.proposalState(proposed)).isEqualTo("withdrawn");
    assertThat(inbox(adjuster)).isEmpty();
    refused("not_pending", () -> world.withdrawProposal.withdraw(world.call(world.agent), id, ""));
    refused("approval_ended", () -> world.decide(adjuster, proposed, "approve"));
  }

  @Test
  void whatAPersonEditsAnotherHasToApprove() {
    var proposed = propose(open("{\"cents\": 5, \"checked\": true}"), "drop");
    var other = principal("ck_manager2", "approver:manager");
    refused("nothing_edited", () -> edit(manager, proposed, "{}"));
    refused("proposer_may_not_edit", () -> edit(world.agent, proposed, "{\"note\": \"x\"}"));
    var edited = edit(manager, proposed, "{\"note\": \"duplicate\"}");
    assertThat(world.proposalState(proposed)).isEqualTo("superseded");
    assertThat(edited.text("action_digest")).isNotEqualTo(proposed.text("action_digest"));
    refused("proposer_may_not_approve", () -> world.decide(manager, edited, "approve"));
    refused("approval_ended", () -> world.decide(other, proposed, "approve"));
    assertThat(world.decide(other, edited, "approve").text("proposal_state")).contains("executed");
    assertThat(world.actions())
        .containsSubsequence(
            "proposal.created", "proposal.superseded", "proposal.created", "proposal.edited");
  }

  @Test
  void aRequirementThatSomebodyChangedInTheDatabaseApprovesNothing() {
    var proposed = propose(open("{\"cents\": 5, \"checked\": true}"), "payout");
    world.tamper(
        "update workflow.approval_request set requirement = replace(requirement, '\"of\":4', '\"of\":9')");
    refused("digest_mismatch", () -> world.decide(adjuster, proposed, "approve"));
  }

  private JsonObject edit(Principal editor, JsonObject proposed, String payload) {
    var body =
        Json.object()
            .put("action_digest", proposed.text("action_digest").orElseThrow())
            .put("payload", JsonReader.readObject(payload))
            .put("reason", "because")
            .build();
    return world
        .editProposal
        .edit(
            world.call(editor),
            World.approval(proposed),
            EditProposal.parse(body, TenantProfile.STANDARD))
        .answer();
  }

  private UUID open(String attributes) {
    return World.id(
        world.openCase.open(world.call(world.agent), request(attributes)).answer(), "case_id");
  }

  private static OpenCase.Request request(String attributes) {
    return OpenCase.parse(
        Json.object()
            .put("workflow", "claim")
            .put("attributes", JsonReader.readObject(attributes))
            .build(),
        TenantProfile.STANDARD);
  }

  private JsonObject propose(UUID subject, String type) {
    return world.propose(subject, type);
  }

  private JsonObject show(Principal principal, JsonObject proposed) {
    return world.showApprovals.one(principal, World.approval(proposed));
  }

  private List<Json> inbox(Principal principal) {
    return world
        .showApprovals
        .inbox(principal, Page.parse(Optional.empty(), Optional.empty()))
        .items("approvals");
  }

  private void authorize(String transition, String body) {
    world.changeGate.change(
        world.call(world.admin),
        "claim",
        transition,
        ChangeGate.authorization(JsonReader.readObject(body)));
  }

  private void revoke(String transition, String body) {
    world.changeGate.change(
        world.call(world.admin),
        "claim",
        transition,
        ChangeGate.revocation(JsonReader.readObject(body)));
  }

  private static Json guarded(String guard) {
    return Json.array(
        CLAIM.items("transitions").stream()
            .map(transition -> (Json) ((JsonObject) transition).with("guard", Json.of(guard)))
            .toList());
  }

  private static JsonObject policy(String key, String demand) {
    return JsonReader.readObject(
        """
        {"key": "%s", "message": "people agree", "effect": "require_approval",
         "condition": "action.name == 'drop'",
         "obligations": [{"name": "approval", "arguments": %s}]}
        """
            .formatted(key, demand));
  }

  private Principal principal(String id, String... roles) {
    return World.principal(world.tenant, id, roles);
  }

  private static void refused(String code, Callable<?> attempt) {
    assertThatThrownBy(attempt::call)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
