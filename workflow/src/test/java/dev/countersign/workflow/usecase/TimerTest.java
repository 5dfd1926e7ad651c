package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.testkit.Await;
import dev.countersign.workflow.ApprovalRules;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
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
  void whatExpiresAtTheSameMomentEndsTogetherAndEachIsTold() {
    var proposed = proposed(WorkOffDue.TOGETHER + 2);
    world.clock.advance(ApprovalRules.USUAL_EXPIRY);
    assertThat(world.workOffDue.round().done()).isEqualTo(proposed.size());
    assertThat(proposed).extracting(world::proposalState).containsOnly("expired");
    var told = expired();
    assertThat(told)
        .extracting(TimerTest::named)
        .containsExactlyInAnyOrderElementsOf(proposed.stream().map(TimerTest::name).toList());
    assertThat(told.stream().map(entry -> entry.text("trace_id")).distinct())
        .as("transactions")
        .hasSize(2);
    for (var entry : told) {
      assertThat(entry.object("details").orElseThrow().items("evidence"))
          .singleElement(InstanceOfAssertFactories.type(JsonObject.class))
          .extracting(said -> said.object("heard").orElseThrow().text("proposal_id").orElseThrow())
          .isEqualTo(named(entry));
    }
    assertThat(world.workOffDue.round().done()).isZero();
  }

  @Test
  void whatIsOfSeveralScopesEndsScopeByScope() {
    var proposed = new ArrayList<>(proposed(3));
    for (int i = 0; i < 3; i++) {
      proposed.add(world.propose(World.id(world.open(), "case_id"), "refuse"));
    }
    world.clock.advance(ApprovalRules.USUAL_EXPIRY);
    assertThat(world.workOffDue.round().done()).isEqualTo(proposed.size());
    assertThat(proposed).extracting(world::proposalState).containsOnly("expired");
    var transactions =
        expired().stream()
            .collect(
                Collectors.groupingBy(
                    entry -> entry.text("trace_id").orElseThrow(),
                    Collectors.mapping(TimerTest::scope, Collectors.toSet())));
    assertThat(transactions).hasSize(2);
    assertThat(transactions.values()).allMatch(scopes -> scopes.size() == 1);
  }

  @Test
  void twoNodesEndEachOfAWaveOnce() throws Exception {
    var proposed = proposed(12);
    world.clock.advance(ApprovalRules.USUAL_EXPIRY);
    var other = world.anotherNode().workOffDue;
    Together.run(world.workOffDue::round, other::round);
    world.workOffDue.round(); // What was held by the other one at first.
    assertThat(proposed).extracting(world::proposalState).containsOnly("expired");
    assertThat(expired()).extracting(TimerTest::named).doesNotHaveDuplicates().hasSize(12);
  }

  @Test
  void whatSomebodyIsAtDoesNotHoldUpTheOthersOfAWave() throws Exception {
    var proposed = proposed(4);
    world.clock.advance(ApprovalRules.USUAL_EXPIRY);
    // The holder goes first, so that who waits for him ends as well where this fails.
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var holder = world.database.behindTheCurtain().getConnection();
        var statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute(
          "select from workflow.case_file where case_id = (select case_id from workflow.proposal where proposal_id = '%s') for update"
              .formatted(name(proposed.getFirst())));
      var round = threads.submit(world.workOffDue::round);
      Await.until(
          "the others",
          Duration.ofSeconds(10),
          () ->
              proposed.stream().filter(one -> world.proposalState(one).equals("expired")).count()
                  == 3);
      assertThat(world.proposalState(proposed.getFirst())).isEqualTo("pending");
      holder.rollback();
      assertThat(round.get().failed()).isZero();
    }
    assertThat(world.proposalState(proposed.getFirst())).isEqualTo("expired");
  }

  @Test
  void oneThatCannotEndLeavesTheOthersOfItsWaveToEndAlone() throws SQLException {
    var proposed = new ArrayList<>(proposed(4));
    try (var connection = world.database.behindTheCurtain().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "update workflow.approval_request set requirement = '{}' where proposal_id = '%s'"
              .formatted(name(proposed.get(1))));
    }
    world.clock.advance(ApprovalRules.USUAL_EXPIRY);
    assertThat(world.workOffDue.round().failed()).isEqualTo(1);
    proposed.remove(1);
    assertThat(proposed).extracting(world::proposalState).containsOnly("expired");
    assertThat(expired()).hasSize(3);
  }

  private List<JsonObject> proposed(int count) {
    return Stream.generate(() -> world.propose(World.id(world.open(), "case_id"), "advance"))
        .limit(count)
        .toList();
  }

  private List<JsonObject> expired() {
    return world.log().stream()
        .filter(entry -> entry.action().equals("proposal.expired"))
        .map(World.LoggedEntry::content)
        .toList();
  }

  private static String scope(JsonObject entry) {
    return ((JsonObject) entry.object("details").orElseThrow().items("evidence").getFirst())
        .text("scope_id")
        .orElseThrow();
  }

  private static String named(JsonObject entry) {
    return entry.text("resource_id").orElseThrow();
  }

  private static String name(JsonObject proposed) {
    return World.id(proposed, "proposal_id").toString();
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
