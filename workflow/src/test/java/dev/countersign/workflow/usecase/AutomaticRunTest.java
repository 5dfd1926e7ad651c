package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.trust.predict.anomaly.AlarmLife;
import dev.countersign.trust.store.TrustStore;
import dev.countersign.workflow.ApprovalRules;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What runs by itself, and what keeps it from that.
class AutomaticRunTest {
  private final World world = World.ready();

  @BeforeEach
  void aScopeThatIsKnown() {
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.ceiling("full_auto");
  }

  @AfterEach
  void close() {
    world.close();
  }

  private UUID open() {
    return World.id(world.open(), "case_id");
  }

  /// Proposes on a new case to which chance gives no person.
  private JsonObject proposeUnaudited() {
    var caseId = open();
    world.chance(caseId, "advance", false);
    return world.propose(caseId, "advance");
  }

  private static String reasons(JsonObject answer) {
    return answer.items("mode_reasons").toString();
  }

  @Test
  void fullAutoRunsAtOnceAndSaysWhatAuthorizedIt() {
    world.stage("advance", "full_auto");
    var proposed = proposeUnaudited();
    assertThat(proposed.text("mode")).contains("full_auto");
    assertThat(proposed.text("state")).contains("executed");
    var story = world.story(proposed);
    assertThat(story.object("execution").orElseThrow().text("authorized_by")).contains("stage");
    assertThat(story.object("approval").orElseThrow().text("state")).contains("lapsed");
    var id = proposed.text("proposal_id").orElseThrow();
    assertThat(world.log().stream().filter(entry -> entry.correlationId().equals(id)))
        .extracting(World.LoggedEntry::action)
        .containsExactly("proposal.created", "proposal.authorized", "execution.completed");
    assertThatThrownBy(() -> world.decide(world.reviewer, proposed, "approve"))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("nobody vetoed it");
  }

  @Test
  void guardedAutoRunsWhenNobodyVetoedInTime() {
    world.stage("advance", "guarded_auto");
    var proposed = proposeUnaudited();
    assertThat(proposed.text("mode")).contains("guarded_auto");
    world.clock.advance(ApprovalRules.USUAL_VETO.minusSeconds(10));
    world.workOffDue.round();
    assertThat(world.execute(proposed).text("proposal_state")).contains("pending");
    world.clock.advance(Duration.ofSeconds(10));
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
    assertThat(world.execute(proposed).text("proposal_state")).contains("executed");
    assertThat(world.actions()).filteredOn("proposal.authorized"::equals).hasSize(1);
  }

  @Test
  void vetoEndsIt() {
    world.stage("advance", "guarded_auto");
    var proposed = proposeUnaudited();
    assertThat(world.decide(world.reviewer, proposed, "reject").text("proposal_state"))
        .contains("rejected");
    world.clock.advance(ApprovalRules.USUAL_VETO);
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("rejected");
    var scope = world.story(proposed).object("trust").orElseThrow();
    assertThat(scope.text("stage")).contains("guarded_auto");
  }

  @Test
  void whoeverApprovesWithinTheTimeForAVetoAuthorizesIt() {
    world.stage("advance", "guarded_auto");
    var proposed = proposeUnaudited();
    world.decide(world.reviewer, proposed, "approve");
    var execution = world.story(proposed).object("execution").orElseThrow();
    assertThat(execution.text("authorized_by")).contains("approval");
  }

  /// The demotion is committed before the run: whoever could have vetoed it decides.
  @Test
  void afterADemotionItFallsToPeople() {
    world.stage("advance", "guarded_auto");
    var proposed = proposeUnaudited();
    world.stage("advance", "propose");
    world.clock.advance(ApprovalRules.USUAL_VETO);
    world.workOffDue.round();
    var story = world.story(proposed);
    assertThat(story.text("state")).contains("pending");
    assertThat(story.items("blocked").toString()).contains("is at stage `propose`");
    assertThat(world.actions()).endsWith("proposal.held_back");
    world.clock.advance(Duration.ofHours(1));
    assertThat(world.workOffDue.round().done()).as("it is not tried again").isZero();
    assertThat(world.decide(world.reviewer, proposed, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void whileAnAlarmIsInForcePeopleDecide() {
    world.stage("advance", "full_auto");
    world.alarm("advance");
    var proposed = proposeUnaudited();
    assertThat(proposed.text("mode")).contains("propose");
    assertThat(reasons(proposed))
        .contains("anomaly", "`rejection_spike` about the hour from 2026-11-01T07:00:00Z on");
    world.clock.advance(AlarmLife.LOWERS);
    assertThat(proposeUnaudited().text("state")).as("an hour later").contains("executed");
  }

  @Test
  void whatIsConfirmedHoldsBackUntilItIsResolved() {
    world.stage("advance", "full_auto");
    var alarm = world.alarm("advance");
    world.moveAlarm(alarm, AlarmLife.State.ACKNOWLEDGED);
    world.moveAlarm(alarm, AlarmLife.State.CONFIRMED);
    world.clock.advance(AlarmLife.LOWERS.multipliedBy(20));
    assertThat(reasons(proposeUnaudited())).contains("anomaly");
    world.moveAlarm(alarm, AlarmLife.State.RESOLVED);
    assertThat(proposeUnaudited().text("state")).contains("executed");
  }

  /// The alarm is raised within the time for a veto: whoever could have vetoed it decides.
  @Test
  void afterAnAlarmWhatWaitsFallsToPeople() {
    world.stage("advance", "guarded_auto");
    var proposed = proposeUnaudited();
    world.alarm("advance");
    world.clock.advance(ApprovalRules.USUAL_VETO);
    world.workOffDue.round();
    var story = world.story(proposed);
    assertThat(story.text("state")).contains("pending");
    assertThat(story.items("blocked").toString()).contains("anomaly");
    assertThat(world.actions()).endsWith("proposal.held_back");
    assertThat(world.decide(world.reviewer, proposed, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void whereNothingRunsByItselfAnAlarmIsNotAskedFor() {
    world.alarm("advance");
    assertThat(reasons(proposeUnaudited())).doesNotContain("anomaly");
  }

  @Test
  void aCeilingThatIsLoweredHoldsBackWhatWaits() {
    world.stage("advance", "guarded_auto");
    var proposed = proposeUnaudited();
    world.ceiling("propose");
    world.clock.advance(ApprovalRules.USUAL_VETO);
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("pending");
    assertThat(world.story(proposed).items("blocked").toString()).contains("ceiling");
  }

  @Test
  void freezeHoldsItUntilItIsLifted() {
    world.stage("advance", "guarded_auto");
    var proposed = proposeUnaudited();
    var freeze = world.freeze("action", "advance");
    world.clock.advance(ApprovalRules.USUAL_VETO);
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("pending");
    world.lift(freeze);
    world.clock.advance(ExecuteProposals.PAUSE);
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
  }

  @Test
  void withoutAThresholdConditionalAutoWaits() {
    world.stage("advance", "conditional_auto");
    var proposed = proposeUnaudited();
    assertThat(proposed.text("mode")).contains("propose");
    assertThat(reasons(proposed)).contains("threshold");
  }

  @Test
  void nothingRunsByItselfUntilAnAdministratorAllowedIt() {
    world.tamper("delete from workflow.autonomy");
    world.stage("advance", "full_auto");
    var proposed = proposeUnaudited();
    assertThat(proposed.text("mode")).contains("propose");
    assertThat(reasons(proposed)).contains("ceiling");
  }

  @Test
  void chanceGivesAShareToPeopleAndIsNotAskedAgain() {
    world.stage("advance", "full_auto");
    var caseId = open();
    world.chance(caseId, "advance", true);
    var proposed = world.propose(caseId, "advance");
    assertThat(proposed.text("mode")).contains("propose");
    assertThat(reasons(proposed)).contains("audit");
    var withdrawal = World.id(proposed, "proposal_id");
    world.withdrawProposal.withdraw(world.call(world.agent), withdrawal, "try again");
    assertThat(reasons(world.propose(caseId, "advance"))).contains("audit");
  }

  @Test
  void whatChanceGaveToPeopleSomebodyLooksAtWhateverWasAgreedToBefore() {
    world.stage("advance", "full_auto");
    var caseId = open();
    world.chance(caseId, "advance", true);
    world.grant(world.keyHolder("ck_grantor", "reviewer"), caseId);
    assertThat(world.propose(caseId, "advance").text("state")).contains("pending");
    assertThat(world.actions()).doesNotContain("grant.used");
  }

  @Test
  void chanceIsAskedOnceForEachAction() {
    world.stage("advance", "full_auto");
    auditShare(1);
    var proposed = world.propose(open(), "advance");
    assertThat(world.story(proposed).truth("audited")).contains(true);
    assertThat(created().object("details").orElseThrow().number("audit_share")).contains(1.0);
  }

  /// Evidence is weighed by one over it: another share would count an audit twice, or a tenth.
  @Test
  void shareThatIsToldIsOfTheDrawThatDecided() {
    world.stage("advance", "full_auto");
    auditShare(1);
    var caseId = open();
    var proposed = world.propose(caseId, "advance");
    world.withdrawProposal.withdraw(
        world.call(world.agent), World.id(proposed, "proposal_id"), "try again");
    auditShare(0.1);
    assertThat(reasons(world.propose(caseId, "advance"))).contains("audit");
    var again = created();
    assertThat(again.object("details").orElseThrow().number("audit_share")).contains(1.0);
    assertThat(again.toString())
        .contains("\"probability\":1")
        .doesNotContain("\"probability\":0.1");
    world.propose(open(), "advance");
    assertThat(created().object("details").orElseThrow().number("audit_share"))
        .as("of what is drawn from now on")
        .contains(0.1);
  }

  /// Who knows that chance leaves it out proposes what cannot count against the scope: a turn of it
  /// would raise the wealth each time, once the share has changed.
  @Test
  void whatChanceLeftOutIsNoEvidenceWhenItIsProposedAgain() {
    // What was approved first is counted by then: it holds up all behind it.
    world.clock.advance(Duration.ofDays(20));
    world.stage("advance", "guarded_auto");
    auditShare(0.1);
    leftOut();
    auditShare(0.2);
    var caseId = leftOut();
    proposeAndWithdraw(caseId);
    var before = attempt();
    assertThat(before.items("weighted")).as("the share has changed").isNotEmpty();
    for (int i = 0; i < 20; i++) {
      proposeAndWithdraw(caseId);
    }
    assertThat(attempt()).isEqualTo(before);
    assertThat(created().toString()).contains("\"audit_share\":0.2").doesNotContain("\"draw\":{");
    leftOut();
    proposeAndWithdraw(caseId);
    var another = attempt();
    assertThat(another).as("another case's chance counts").isNotEqualTo(before);
    auditShare(1);
    var looked = open();
    proposeAndWithdraw(looked);
    proposeAndWithdraw(caseId);
    var once = attempt();
    assertThat(once).isNotEqualTo(another);
    proposeAndWithdraw(looked);
    proposeAndWithdraw(caseId);
    assertThat(attempt()).as("what was drawn counts each time").isNotEqualTo(once);
  }

  /// A case that was proposed and that chance did not give to people.
  private UUID leftOut() {
    while (true) {
      var caseId = open();
      if (!proposeAndWithdraw(caseId).contains("audit")) {
        return caseId;
      }
    }
  }

  private String proposeAndWithdraw(UUID caseId) {
    var proposed = world.propose(caseId, "advance");
    var id = World.id(proposed, "proposal_id");
    world.withdrawProposal.withdraw(world.call(world.agent), id, "try again");
    return reasons(proposed);
  }

  /// What is counted of the scope's attempt; what was withdrawn is with the next event.
  private JsonObject attempt() {
    return world
        .transactions
        .run(
            world.tenant,
            Rules.READ,
            transaction -> new TrustStore().list(transaction, 1, Optional.empty()))
        .getFirst()
        .state()
        .toJson()
        .object("attempt")
        .orElseThrow();
  }

  private void auditShare(double share) {
    var body =
        Json.object().put("ceiling", "full_auto").put("audit_share", share).put("reason", "tried");
    world.setAutonomy.set(world.call(world.admin), SetAutonomy.parse(body.build()));
  }

  /// The content of the latest proposal's entry.
  private JsonObject created() {
    return world.log().stream()
        .filter(entry -> entry.action().equals("proposal.created"))
        .reduce((_, later) -> later)
        .orElseThrow()
        .content();
  }

  @Test
  void policyHoldsItBack() {
    world.activate(
        JsonReader.readObject(
            """
            {"key": "careful", "message": "with care", "effect": "permit",
             "condition": "action.name == 'advance'",
             "obligations": [{"name": "autonomy", "arguments": {"ceiling": "guarded_auto"}}]}
            """));
    // Evidence begins anew with the policies that decide about it.
    world.decide(world.reviewer, proposeUnaudited(), "approve");
    world.stage("advance", "full_auto");
    assertThat(proposeUnaudited().text("mode")).contains("guarded_auto");
  }

  @Test
  void dryRunSaysWhatWouldComeOfItAndChangesNothing() {
    world.stage("advance", "guarded_auto");
    var caseId = open();
    world.chance(caseId, "advance", false);
    var request = ProposalRequest.parse(World.proposal(caseId, 1, "advance"), TenantProfile.DEMO);
    var stale = ProposalRequest.parse(World.proposal(caseId, 7, "advance"), TenantProfile.DEMO);
    var call = world.call(world.agent);
    var before = world.rows();
    int entries = world.log().size();
    var tried = world.dryRun.tryOut(call, request);
    assertThat(tried.text("would")).contains("run_after_veto");
    assertThat(tried.member("diff").orElseThrow().toString()).contains("intake", "review");
    assertThat(world.dryRun.tryOut(call, stale).object("problem").orElseThrow().text("code"))
        .contains("stale_case");
    assertThat(world.rows()).isEqualTo(before);
    assertThat(world.log()).hasSize(entries);
    world.revoke("advance");
    var blocked = world.dryRun.tryOut(call, request);
    assertThat(blocked.text("would")).contains("nothing");
    assertThat(blocked.text("mode")).contains("blocked");
    assertThat(reasons(blocked)).contains("gate", "trust");
  }

  @Test
  void timeForAVetoThatWasTouchedInTheDatabaseAuthorizesNothing() {
    world.stage("advance", "guarded_auto");
    var proposed = proposeUnaudited();
    world.tamper("update workflow.approval_request set runs_at = now() - interval '10 years'");
    assertThat(world.execute(proposed).text("proposal_state")).contains("superseded");
    assertThat(world.actions()).doesNotContain("proposal.authorized");
  }
}
