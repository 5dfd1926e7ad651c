package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Several people and several nodes at the same moment.
class AtOnceTest {
  private static final int ROUNDS = 15;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String WAITING =
      "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  private static final String DEADLOCKS =
      "select deadlocks from pg_stat_database where datname = current_database()";

  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void ofTwoWhoDecideAtOnceExactlyOneDoes() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
      var answers =
          Together.run(
              () -> decision(() -> world.decide(world.reviewer, proposed, "approve")),
              () -> decision(() -> world.decide(world.reviewer2, proposed, "reject")),
              () -> decision(() -> world.decide(world.pharmacist, proposed, "approve")));
      assertThat(answers).filteredOn("decided"::equals).hasSize(1);
      assertThat(answers).filteredOn("already_decided"::equals).hasSize(2);
    }
  }

  @Test
  void ofSeveralNodesThatExecuteAtOnceOneDoesAndAllSayWhich() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      var caseId = World.id(world.open(), "case_id");
      var proposed = world.propose(caseId, "advance");
      world.approveAndCrash(world.reviewer, proposed);
      var answers =
          Together.run(
              () -> World.execution(world.execute(proposed)),
              () -> World.execution(world.execute(proposed)),
              () -> World.execution(world.execute(proposed)));
      assertThat(answers.stream().distinct()).hasSize(1);
      assertThat(world.showCases.one(world.agent, caseId).number("version")).contains(2.0);
    }
    assertThat(world.actions()).filteredOn("execution.completed"::equals).hasSize(ROUNDS);
  }

  @Test
  void ofTwoActionsOnACaseOnlyOneIsExecuted() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      var caseId = World.id(world.open(), "case_id");
      var advance = world.propose(caseId, "advance");
      var refuse = world.propose(caseId, "refuse");
      Together.run(
          () -> decision(() -> world.decide(world.reviewer, advance, "approve")),
          () -> decision(() -> world.decide(world.reviewer2, refuse, "approve")));
      assertThat(List.of(world.proposalState(advance), world.proposalState(refuse)))
          .containsExactlyInAnyOrder("executed", "superseded");
      assertThat(world.showCases.one(world.agent, caseId).number("version")).contains(2.0);
    }
  }

  @Test
  void ofTwoProposalsForTheSameActionOneIsMade() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      var caseId = World.id(world.open(), "case_id");
      var answers =
          Together.run(
              () -> decision(() -> world.propose(caseId, "advance")),
              () -> decision(() -> world.propose(caseId, "advance")));
      assertThat(answers).containsExactlyInAnyOrder("decided", "live_proposal");
    }
  }

  /// Each of two executions ends what was proposed in the other's scope for its own case. They hold
  /// their own scope and wait for the other's, which PostgreSQL ends by undoing one of them.
  @Test
  void ofTwoExecutionsThatWaitForEachOtherBothAreDone() throws Exception {
    var one = World.id(world.open(), "case_id");
    var advance = world.propose(one, "advance");
    var notRefused = world.propose(one, "refuse");
    var another = World.id(world.open(), "case_id");
    var refuse = world.propose(another, "refuse");
    var notAdvanced = world.propose(another, "advance");
    world.approveAndCrash(world.reviewer, advance);
    world.approveAndCrash(world.reviewer, refuse);
    long before = counted(DEADLOCKS);
    List<String> states;
    // The holder goes first, so that who waits for him ends as well where this fails.
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var holder = world.database.behindTheCurtain().getConnection()) {
      holder.setAutoCommit(false);
      holder
          .createStatement()
          .execute("select from workflow.approval_request where state = 'pending' for update");
      var first = threads.submit(() -> world.execute(advance));
      var second = threads.submit(() -> world.execute(refuse));
      Await.until("both hold their scope", PATIENCE, () -> counted(WAITING) == 2);
      holder.rollback();
      states =
          Stream.of(first.get(), second.get())
              .map(done -> done.text("proposal_state").orElseThrow())
              .toList();
    }
    assertThat(states).containsExactly("executed", "executed");
    assertThat(world.proposalState(notRefused)).isEqualTo("superseded");
    assertThat(world.proposalState(notAdvanced)).isEqualTo("superseded");
    assertThat(world.actions()).filteredOn("execution.completed"::equals).hasSize(2);
    Await.until("one was undone", PATIENCE, () -> counted(DEADLOCKS) > before);
  }

  /// One order for everybody, the case first. Whoever waits for it has nothing for which who has it
  /// could wait in turn.
  @Test
  void whoeverActsOnACaseWaitsForItWithEmptyHands() throws Exception {
    var approved = proposed();
    world.approveAndCrash(world.reviewer, approved);
    waitsWithEmptyHands(approved, () -> world.execute(approved));
    var waiting = proposed();
    waitsWithEmptyHands(waiting, () -> world.decide(world.reviewer, waiting, "approve"));
    var edited = proposed();
    waitsWithEmptyHands(edited, () -> world.edit(world.reviewer, edited, "for another"));
    var withdrawn = proposed();
    waitsWithEmptyHands(withdrawn, () -> world.withdraw(world.agent, withdrawn));
    var late = proposed();
    var expiry = new ExpireApprovals(world.ledger, world.scopes);
    waitsWithEmptyHands(
        late, () -> expiry.expire(world.tenant, World.id(late, "proposal_id"), World.TRACE));
    var done = proposed();
    var execution = World.execution(world.decide(world.reviewer, done, "approve"));
    waitsWithEmptyHands(done, () -> world.report(world.observer, execution, true, "none"));
    waitsWithEmptyHands(done, () -> world.rollBack(world.reviewer, execution));
  }

  private JsonObject proposed() {
    return world.propose(World.id(world.open(), "case_id"), "advance");
  }

  private void waitsWithEmptyHands(JsonObject proposed, Callable<?> act) throws Exception {
    // The holder goes first, so that who waits for him ends as well where this fails.
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var holder = world.database.behindTheCurtain().getConnection();
        var statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute(
          "select from workflow.case_file where case_id = '%s' for update"
              .formatted(World.id(proposed, "case_id")));
      var acting = threads.submit(act);
      Await.until("it waits", PATIENCE, () -> counted(WAITING) == 1);
      for (var table : List.of("proposal", "approval_request", "execution", "outcome")) {
        statement.execute("select from workflow." + table + " for update nowait");
      }
      statement.execute("select from trust.scope for update nowait");
      holder.rollback();
      acting.get();
    }
  }

  private long counted(String what) {
    return Long.parseLong(world.text(what));
  }

  private static String decision(Callable<JsonObject> attempt) throws Exception {
    try {
      attempt.call();
      return "decided";
    } catch (Refusal.Conflict refusal) {
      return refusal.code();
    }
  }
}
