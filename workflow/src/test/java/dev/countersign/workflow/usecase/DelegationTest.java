package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.workflow.Delegation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who decides for whom, and that nobody counts twice by it.
class DelegationTest {
  private static final JsonObject CLAIM =
      JsonReader.readObject(
          """
          {"key": "claim", "title": "Claim",
           "queues": [{"name": "open"}, {"name": "paid"}],
           "transitions": [
             {"type": "payout", "from": "open", "to": "paid", "gate": "payout", "handler": "transition",
              "approver_roles": ["approver:adjuster"],
              "approval": {"quorum": 2, "of": 4, "four_eyes": true}}]}
          """);

  private final World world = new World();
  private final Principal adjuster = world.keyHolder("ck_adjuster", "approver:adjuster");
  private final Principal adjuster2 = world.keyHolder("ck_adjuster2", "approver:adjuster");
  private final Principal stand = world.keyHolder("ck_stand", "reviewer");
  private final Principal stand2 = world.keyHolder("ck_stand2", "reviewer");

  DelegationTest() {
    world.define(CLAIM);
    world.changeGate.change(
        world.call(world.admin),
        "claim",
        "payout",
        ChangeGate.authorization(Json.object().put("reason", "staffed").build()));
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aDelegateDecidesForWhoNamedHimByThatOnesRoles() {
    var proposed = propose();
    refused("not_an_approver", () -> world.decide(stand, proposed, "approve"));
    refused("no_delegation", () -> world.decideFor(stand, adjuster, proposed, "approve"));
    assertThat(inbox(stand)).isEmpty();
    world.delegate(adjuster, stand);
    assertThat(inbox(stand))
        .singleElement()
        .satisfies(line -> {
          assertThat(line.truth("own")).contains(false);
          assertThat(line.items("decide_for")).containsExactly(Json.of(adjuster.actor()));
        });
    refused("not_an_approver", () -> world.decide(stand, proposed, "approve"));
    assertThat(world.decideFor(stand, adjuster, proposed, "approve").text("state"))
        .contains("pending");
    assertThat(world.decide(adjuster2, proposed, "approve").text("proposal_state"))
        .contains("executed");
    var granted =
        world.log().stream().filter(entry -> entry.action().equals("approval.granted")).toList();
    var details = granted.getFirst().content().object("details").orElseThrow();
    assertThat(granted.getFirst().content().text("actor")).contains(stand.actor());
    assertThat(details.text("decided_for")).contains(adjuster.actor());
    assertThat(details.text("delegation_id")).isPresent();
  }

  @Test
  void nobodyHasAPartInTwoVotes() {
    var proposed = propose();
    world.delegate(adjuster, stand);
    world.delegate(adjuster2, stand);
    world.delegate(adjuster2, stand2);
    world.decideFor(stand, adjuster, proposed, "approve");
    refused("decided_before", () -> world.decide(adjuster, proposed, "approve"));
    refused("decided_before", () -> world.decideFor(stand, adjuster2, proposed, "approve"));
    refused("decided_before", () -> world.decide(adjuster, proposed, "reject"));
    assertThat(inbox(stand)).isEmpty();
    assertThat(inbox(adjuster)).isEmpty();
    assertThat(world.decideFor(stand2, adjuster2, proposed, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void whoDecidedHimselfIsNotDecidedForAgain() {
    var proposed = propose();
    world.delegate(adjuster, stand);
    world.decide(adjuster, proposed, "approve");
    refused("decided_before", () -> world.decideFor(stand, adjuster, proposed, "approve"));
  }

  @Test
  void neitherOfThemMayBeBarred() {
    var both = world.keyHolder("ck_both", "approver:adjuster", "agent");
    world.delegate(adjuster, both);
    world.delegate(both, stand);
    var opened =
        world
            .openCase
            .open(
                world.call(both),
                OpenCase.parse(
                    Json.object().put("workflow", "claim").build(), TenantProfile.STANDARD))
            .answer();
    var handled = world.propose(World.id(opened, "case_id"), "payout");
    refused("hand_in_the_case", () -> world.decideFor(both, adjuster, handled, "approve"));
    refused("hand_in_the_case", () -> world.decideFor(stand, both, handled, "approve"));
    var own = world.propose(both, World.proposal(World.id(open(), "case_id"), 1, "payout"));
    refused("proposer_may_not_approve", () -> world.decideFor(both, adjuster, own, "approve"));
    refused("proposer_may_not_approve", () -> world.decideFor(stand, both, own, "approve"));
    assertThat(inbox(stand))
        .extracting(line -> line.text("proposal_id").orElseThrow())
        .doesNotContain(own.text("proposal_id").orElseThrow());
    var edited = propose();
    var edit =
        Json.object()
            .put("action_digest", edited.text("action_digest").orElseThrow())
            .put("payload", Json.object().put("note", "x").build())
            .put("reason", "because")
            .build();
    refused(
        "not_an_approver",
        () ->
            world.editProposal.edit(
                world.call(stand),
                World.approval(edited),
                EditProposal.parse(edit, TenantProfile.STANDARD)));
  }

  @Test
  void chainsAreNotFollowed() {
    var proposed = propose();
    world.delegate(adjuster, stand);
    world.delegate(stand, stand2);
    refused("no_delegation", () -> world.decideFor(stand2, adjuster, proposed, "approve"));
    refused("not_an_approver", () -> world.decideFor(stand2, stand, proposed, "approve"));
    assertThat(inbox(stand2)).isEmpty();
  }

  @Test
  void itEndsWithItsTimeItsRevocationAndItsLendersCredential() {
    var proposed = propose();
    var id = world.delegate(adjuster, stand);
    refused("not_your_delegation", () -> world.revokeDelegation.revoke(world.call(adjuster2), id));
    world.revokeDelegation.revoke(world.call(adjuster), id);
    refused("delegation_ended", () -> world.revokeDelegation.revoke(world.call(stand), id));
    refused("no_delegation", () -> world.decideFor(stand, adjuster, proposed, "approve"));
    world.delegate(adjuster, stand);
    world.clock.advance(Duration.ofHours(2));
    refused("no_delegation", () -> world.decideFor(stand, adjuster, proposed, "approve"));
    world.delegate(adjuster, stand);
    world.revokeKey(adjuster);
    assertThat(inbox(stand)).isEmpty();
    refused("no_delegation", () -> world.decideFor(stand, adjuster, proposed, "approve"));
    world.delegate(adjuster2, stand2);
    world.tamper(
        "update identity.api_key set expires_at = '%s' where key_id = '%s'"
            .formatted(world.clock.instant(), adjuster2.id()));
    assertThat(inbox(stand2)).isEmpty();
    refused("no_delegation", () -> world.decideFor(stand2, adjuster2, proposed, "approve"));
    assertThat(world.actions()).filteredOn("delegation.created"::equals).hasSize(4);
    assertThat(world.actions()).filteredOn("delegation.revoked"::equals).hasSize(1);
  }

  /// What counts is who could decide when he did. Whatever ends afterwards takes no vote back.
  @Test
  void aVoteThatWasGivenInTimeStaysOne() {
    var id = world.delegate(adjuster, stand);
    var proposed = propose();
    world.decideFor(stand, adjuster, proposed, "approve");
    world.approveAndCrash(adjuster2, proposed);
    var later = propose();
    world.decideFor(stand, adjuster, later, "approve");
    world.revokeDelegation.revoke(world.call(adjuster), id);
    world.clock.advance(Duration.ofHours(2));
    refused("no_delegation", () -> world.decideFor(stand, adjuster, propose(), "approve"));
    assertThat(world.execute(proposed).text("proposal_state")).contains("executed");
    assertThat(world.decide(adjuster2, later, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void whatBeginsTomorrowLendsNothingToday() {
    var proposed = propose();
    var tomorrow = world.clock.instant().plus(Duration.ofDays(1));
    var body =
        Json.object()
            .put("delegate", stand.actor())
            .put("from", tomorrow.toString())
            .put("until", tomorrow.plus(Duration.ofDays(1)).toString())
            .build();
    world.createDelegation.create(world.call(adjuster), CreateDelegation.parse(body));
    refused("no_delegation", () -> world.decideFor(stand, adjuster, proposed, "approve"));
    assertThat(inbox(stand)).isEmpty();
    world.clock.advance(Duration.ofDays(1));
    world.decideFor(stand, adjuster, propose(), "approve");
  }

  @Test
  void onlyWhatIsHeldIsLentToWhoMayDecide() {
    refused("role_not_held", () -> world.delegate(adjuster, stand, "approver:manager"));
    refused("own_delegate", () -> world.delegate(adjuster, adjuster));
    var agent = world.keyHolder("ck_software", "agent");
    refused("not_a_decider", () -> world.delegate(adjuster, agent));
    var many = world.keyHolder("ck_many", "approver:adjuster", "approver:manager");
    world.delegate(many, stand, "approver:manager");
    refused("delegated_already", () -> world.delegate(many, stand));
    var proposed = propose();
    refused("not_an_approver", () -> world.decideFor(stand, many, proposed, "approve"));
    var late =
        Json.object()
            .put("delegate", stand.actor())
            .put("until", world.clock.instant().plus(Delegation.LONGEST).plusSeconds(9).toString())
            .build();
    refused(
        "too_long",
        () -> world.createDelegation.create(world.call(adjuster), CreateDelegation.parse(late)));
  }

  /// Two votes with one hand in both, written past every check, do not carry anything out.
  @Test
  void votesAreCountedAgainBeforeAnythingIsCarriedOut() {
    world.delegate(adjuster, stand);
    var proposed = propose();
    world.decideFor(stand, adjuster, proposed, "approve");
    world.approveAndCrash(adjuster2, proposed);
    world.tamper(
        "update workflow.approval_decision set decided_for = '%s' where approver = '%s'"
            .formatted(adjuster2.actor(), stand.actor()));
    assertThat(world.execute(proposed).text("proposal_state")).contains("superseded");
  }

  @Test
  void votesAreCountedAgainAlsoWhereTheLastOneWouldCarryItOut() {
    var proposed = propose();
    world.decide(adjuster, proposed, "approve");
    world.tamper("update workflow.approval_decision set action_digest = sha256('another'::bytea)");
    var decided = world.decide(adjuster2, proposed, "approve");
    assertThat(decided.text("proposal_state")).contains("superseded");
    assertThat(world.rows()).noneMatch(row -> row.startsWith("workflow.execution"));
  }

  private JsonObject open() {
    return world
        .openCase
        .open(
            world.call(world.agent),
            OpenCase.parse(Json.object().put("workflow", "claim").build(), TenantProfile.STANDARD))
        .answer();
  }

  private JsonObject propose() {
    return world.propose(World.id(open(), "case_id"), "payout");
  }

  private List<JsonObject> inbox(Principal principal) {
    return world
        .showApprovals
        .inbox(principal, Page.parse(Optional.empty(), Optional.empty()))
        .items("approvals")
        .stream()
        .map(line -> (JsonObject) line)
        .toList();
  }

  private static void refused(String code, Callable<?> attempt) {
    assertThatThrownBy(attempt::call)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
