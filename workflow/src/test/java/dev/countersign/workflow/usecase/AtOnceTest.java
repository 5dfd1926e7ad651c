package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Several people and several nodes at the same moment.
class AtOnceTest {
  private static final int ROUNDS = 15;

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
          together(
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
          together(
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
      together(
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
          together(
              () -> decision(() -> world.propose(caseId, "advance")),
              () -> decision(() -> world.propose(caseId, "advance")));
      assertThat(answers).containsExactlyInAnyOrder("decided", "live_proposal");
    }
  }

  private static String decision(Callable<JsonObject> attempt) throws Exception {
    try {
      attempt.call();
      return "decided";
    } catch (Refusal.Conflict refusal) {
      return refusal.code();
    }
  }

  /// Runs all attempts from the same moment on and yields their answers in order.
  @SafeVarargs
  private static <T> List<T> together(Callable<T>... attempts)
      throws InterruptedException, ExecutionException {
    var start = new CyclicBarrier(attempts.length);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<Future<T>>();
      for (var attempt : attempts) {
        futures.add(
            threads.submit(() -> {
              start.await();
              return attempt.call();
            }));
      }
      var answers = new ArrayList<T>();
      for (var future : futures) {
        answers.add(future.get());
      }
      return answers;
    }
  }
}
