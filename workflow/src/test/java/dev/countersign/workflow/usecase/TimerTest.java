package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.workflow.ApprovalRules;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What happens without anybody asking.
class TimerTest {
  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void approvalThatNobodyDecidesExpiresAndMakesRoom() {
    var caseId = World.id(world.open(), "case_id");
    var proposed = world.propose(caseId, "advance");
    assertThat(world.workOffDue.round().done()).isZero();
    world.clock.advance(ApprovalRules.USUAL_EXPIRY);
    assertThat(world.workOffDue.round().done()).isEqualTo(1);
    assertThat(world.proposalState(proposed)).isEqualTo("expired");
    assertThat(world.actions()).endsWith("proposal.expired");
    assertThat(world.workOffDue.round().done()).isZero();
    assertThat(world.propose(caseId, "advance").text("state")).contains("pending");
  }

  @Test
  void whatACrashLeftBehindIsExecuted() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    var decided = world.approveAndCrash(world.reviewer, proposed);
    assertThat(decided.text("proposal_state")).contains("approved");
    assertThat(world.workOffDue.round().done()).as("the deciding thread goes first").isZero();
    world.clock.advance(Duration.ofSeconds(2));
    assertThat(world.workOffDue.round().done()).isEqualTo(1);
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
    assertThat(world.workOffDue.round().done()).isZero();
  }

  @Test
  void blockedProposalStaysApprovedSaysWhyOnceAndRunsWhenTheFreezeIsLifted() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    world.approveAndCrash(world.reviewer, proposed);
    var freeze = world.freeze("tenant", "*");
    for (int i = 0; i < 3; i++) {
      world.clock.advance(ExecuteProposals.PAUSE);
      assertThat(world.workOffDue.round().done()).isEqualTo(1);
    }
    assertThat(world.actions()).filteredOn("execution.refused"::equals).hasSize(1);
    var story = world.showProposal.one(world.agent, World.id(proposed, "proposal_id"));
    assertThat(story.text("state")).contains("approved");
    assertThat(story.text("mode")).contains("blocked");
    assertThat(story.items("blocked").toString()).contains("everything is frozen");
    world.lift(freeze);
    world.clock.advance(ExecuteProposals.PAUSE);
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
  }

  @Test
  void blockedProposalExpires() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    world.approveAndCrash(world.reviewer, proposed);
    world.revoke("advance");
    world.clock.advance(ApprovalRules.USUAL_EXPIRY);
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("expired");
    world.authorize("advance");
    assertThat(world.execute(proposed).text("proposal_state")).contains("expired");
    assertThat(world.actions()).doesNotContain("execution.completed");
  }

  @Test
  void timersLoginSeesTimesAndNothingOfWhatItIsAbout() throws SQLException {
    world.propose(World.id(world.open(), "case_id"), "advance");
    try (var connection = world.database.as(DatabaseRole.TIMER).getConnection();
        var statement = connection.createStatement()) {
      try (var row =
          statement.executeQuery(
              "select tenant_id, proposal_id, state, due_at from workflow.proposal")) {
        assertThat(row.next()).isTrue();
      }
      for (var forbidden :
          new String[] {
            "select action from workflow.proposal",
            "select * from workflow.proposal",
            "select 1 from workflow.case_file",
            "update workflow.proposal set state = 'approved'",
            "delete from workflow.proposal"
          }) {
        assertThatThrownBy(() -> statement.execute(forbidden))
            .as(forbidden)
            .hasMessageContaining("permission denied");
      }
    }
  }
}
