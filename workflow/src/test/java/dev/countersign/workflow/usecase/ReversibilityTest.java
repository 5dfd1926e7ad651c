package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.workflow.ApprovalRules;
import dev.countersign.workflow.OutgoingCall.Reply;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Guarded_auto runs only what can be taken back.
class ReversibilityTest {
  private final World world = new World();

  @BeforeEach
  void aScopeThatIsKnown() {
    define("");
  }

  @AfterEach
  void close() {
    world.close();
  }

  /// Evidence is of the system that carries it out, so it begins anew.
  private void define(String more) {
    world.define(
        JsonReader.readObject(
            """
            {"key": "refill", "title": "Refill",
             "queues": [{"name": "intake"}, {"name": "review"}, {"name": "refused"}],
             "transitions": [
               {"type": "advance", "from": "intake", "to": "review", "gate": "triage",
                "approver_roles": ["reviewer"], "handler": "http",
                "call": {"url": "https://erp.example/refills"%s}},
               {"type": "refuse", "from": "intake", "to": "refused", "gate": "refusal",
                "approver_roles": ["reviewer"], "handler": "http",
                "call": {"url": "https://erp.example/refusals", "attempts": 1}}]}
            """
                .formatted(more)));
    world.authorize("advance");
    world.authorize("refuse");
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.ceiling("full_auto");
  }

  /// A case of which chance gives nothing to people.
  private UUID open() {
    var caseId = World.id(world.open(), "case_id");
    world.chance(caseId, "advance", false);
    return caseId;
  }

  private static String reasons(JsonObject answer) {
    return answer.items("mode_reasons").toString();
  }

  private int asked() {
    return world.otherSystem.asked().size();
  }

  @Test
  void inGuardedAutoPeopleDecideWhatNothingTakesBack() {
    world.stage("advance", "guarded_auto");
    var proposed = world.propose(open(), "advance");
    assertThat(proposed.text("mode")).contains("propose");
    assertThat(reasons(proposed)).contains("reversibility", "nothing takes `advance` back");
    int before = asked();
    world.clock.advance(ApprovalRules.USUAL_VETO);
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("pending");
    assertThat(asked()).isEqualTo(before);
    assertThat(world.decide(world.reviewer, proposed, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void whatASystemTakesBackRunsAfterTheTimeForAVeto() {
    define(", \"compensate_url\": \"https://erp.example/undo\"");
    world.stage("advance", "guarded_auto");
    var proposed = world.propose(open(), "advance");
    assertThat(proposed.text("mode")).contains("guarded_auto");
    world.clock.advance(ApprovalRules.USUAL_VETO);
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
  }

  @Test
  void aCeilingOfGuardedAutoAsksTheSame() {
    world.stage("advance", "full_auto");
    world.ceiling("guarded_auto");
    var proposed = world.propose(open(), "advance");
    assertThat(proposed.text("mode")).contains("propose");
    assertThat(reasons(proposed)).contains("reversibility");
  }

  @Test
  void conditionalAndFullAutoDoNotAsk() {
    world.stage("advance", "conditional_auto");
    assertThat(reasons(world.propose(open(), "advance")))
        .contains("threshold")
        .doesNotContain("reversibility");
    world.stage("advance", "full_auto");
    assertThat(world.propose(open(), "advance").text("state")).contains("executed");
  }

  @Test
  void aDryRunSaysIt() {
    world.stage("advance", "guarded_auto");
    var request = ProposalRequest.parse(World.proposal(open(), 1, "advance"), TenantProfile.DEMO);
    var tried = world.dryRun.tryOut(world.call(world.agent), request);
    assertThat(tried.text("would")).contains("wait_for_people");
    assertThat(tried.truth("reversible")).contains(false);
    assertThat(reasons(tried)).contains("reversibility");
  }

  /// It waited for another execution of its case, and meanwhile its scope was lowered.
  @Test
  void itIsAskedAgainWhenTheTimeHasCome() {
    var caseId = open();
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    var first = world.propose(caseId, "refuse");
    world.decide(world.reviewer, first, "approve");
    world.stage("advance", "full_auto");
    var proposed = world.propose(caseId, "advance");
    assertThat(proposed.items("blocked").toString()).contains("execution");
    world.stage("advance", "guarded_auto");
    var parked = World.id(world.story(first).object("execution").orElseThrow(), "id");
    world.resolveParked.discard(world.call(world.reviewer), parked, "done by hand");
    world.clock.advance(ExecuteProposals.PAUSE);
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("pending");
    assertThat(world.story(proposed).items("blocked").toString()).contains("reversibility");
    assertThat(world.actions()).endsWith("proposal.held_back");
  }

  @Test
  void beforeEachAttemptItIsAskedAgain() {
    world.stage("advance", "full_auto");
    int before = asked();
    world.otherSystem.answers(new Reply.Unavailable("timed_out"));
    var proposed = world.propose(open(), "advance");
    world.stage("advance", "guarded_auto");
    world.clock.advance(Duration.ofMinutes(1));
    world.workOffDue.round();
    assertThat(asked()).isEqualTo(before + 1);
    var execution = world.story(proposed).object("execution").orElseThrow();
    assertThat(execution.object("parked").orElseThrow().text("code")).contains("not_automatic");
  }
}
