package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.testkit.Await;
import dev.countersign.workflow.ApprovalRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A scope is demoted on one node while its actions run by themselves on two. Nothing does any more
/// once the demotion is committed, and the log shows it: the order of its entries is that of
/// effects.
class DemotionRaceTest {
  private static final int ROUNDS = 8;
  private static final int PROPOSERS = 4;
  private static final int EACH = 4;

  /// At the demo's budgets of 1% and 5%.
  private static final int STREAK_AT_FULL_AUTO = 3;

  private static final int STREAK_AT_GUARDED_AUTO = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final World world = World.ready();
  private final World other = world.anotherNode();
  private long ran;
  private long held;

  @BeforeEach
  void aScopeThatIsKnown() {
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.ceiling("full_auto");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whatIsProposedRunsOnNoNodeAfterADemotion() throws Exception {
    proposingWhileDemoted(1);
  }

  /// No harm is severe: the last of the streak demotes, to a stage where everything waits as long
  /// as no threshold is certified.
  @Test
  void whatIsProposedRunsOnNoNodeAfterADemotionByOrdinaryHarms() throws Exception {
    proposingWhileDemoted(STREAK_AT_FULL_AUTO);
    assertThat(causes()).containsOnly("harm_streak");
  }

  /// @param harms ordinary ones that demote together, or a single severe one
  private void proposingWhileDemoted(int harms) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      world.stage("advance", "full_auto");
      var harmful = ranByThemselves(harms);
      int before = world.log().size();
      var some = new CountDownLatch(PROPOSERS + round);
      var work = new ArrayList<Callable<Void>>();
      for (int i = 0; i < PROPOSERS; i++) {
        var node = i % 2 == 0 ? world : other;
        var cases = unaudited(EACH);
        work.add(() -> {
          for (var caseId : cases) {
            node.propose(world.agent, World.proposal(caseId, 1, "advance"));
            some.countDown();
          }
          return null;
        });
      }
      work.add(() -> {
        some.await();
        return demote(harmful);
      });
      together(work);
      judge(before);
    }
    assertThat(ran).as("some ran before").isPositive();
    assertThat(held).as("some did not any more").isPositive();
  }

  @Test
  void whatNobodyVetoedRunsOnNoNodeAfterADemotion() throws Exception {
    runningWhileDemoted(1);
  }

  @Test
  void whatNobodyVetoedRunsOnNoNodeAfterADemotionByOrdinaryHarms() throws Exception {
    runningWhileDemoted(STREAK_AT_GUARDED_AUTO);
    assertThat(causes()).containsOnly("harm_streak");
  }

  private List<String> causes() {
    return world.log().stream()
        .filter(entry -> entry.action().equals("stage.demoted"))
        .map(entry ->
            entry.content().object("details").flatMap(told -> told.text("cause")).orElseThrow())
        .toList();
  }

  /// @param harms ordinary ones that demote together, or a single severe one
  private void runningWhileDemoted(int harms) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      world.stage("advance", "full_auto");
      var harmful = ranByThemselves(harms);
      world.stage("advance", "guarded_auto");
      var cases = unaudited(PROPOSERS * EACH);
      for (var caseId : cases) {
        world.propose(caseId, "advance");
      }
      // Those that end another one run alone, the others in one transaction.
      for (var caseId : cases.subList(EACH, cases.size())) {
        world.propose(caseId, "refuse");
      }
      world.clock.advance(ApprovalRules.USUAL_VETO);
      int before = world.log().size();
      long after = executions() + round;
      together(
          List.of(
              () -> {
                world.workOffDue.round();
                return null;
              },
              () -> {
                other.workOffDue.round();
                return null;
              },
              () -> {
                Await.until("some runs", PATIENCE, () -> executions() >= after);
                return demote(harmful);
              }));
      judge(before);
    }
    assertThat(ran).as("some ran before").isPositive();
    assertThat(held).as("some did not any more").isPositive();
  }

  private UUID open() {
    return World.id(world.open(), "case_id");
  }

  /// New cases to which chance gives no person.
  private List<UUID> unaudited(int count) {
    var cases = new ArrayList<UUID>();
    for (int i = 0; i < count; i++) {
      var caseId = open();
      world.chance(caseId, "advance", false);
      cases.add(caseId);
    }
    return cases;
  }

  private long executions() {
    return Long.parseLong(world.text("select count(*)::text from workflow.execution"));
  }

  private List<UUID> ranByThemselves(int count) {
    var ran = new ArrayList<UUID>();
    for (int i = 0; i < count; i++) {
      ran.add(ranByItself());
    }
    return ran;
  }

  private UUID ranByItself() {
    JsonObject proposed = world.propose(unaudited(1).getFirst(), "advance");
    return World.id(proposed.object("execution").orElseThrow(), "id");
  }

  private Void demote(List<UUID> executions) {
    if (executions.size() == 1) {
      other.report(world.observer, executions.getFirst(), false, "severe");
    } else {
      executions.forEach(each -> other.report(world.observer, each, false, "minor"));
    }
    return null;
  }

  private static void together(List<Callable<Void>> work) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    }
  }

  /// Reads what the log says from an entry on.
  private void judge(int from) {
    boolean demoted = false;
    for (var entry : world.log().stream().skip(from).toList()) {
      switch (entry.action()) {
        case "stage.demoted" -> demoted = true;
        case "proposal.authorized" -> {
          assertThat(demoted).as("authorized by a stage that was taken away").isFalse();
          ran++;
        }
        case "execution.completed" ->
            assertThat(demoted).as("carried out after the demotion").isFalse();
        case "proposal.held_back" -> held++;
        case "proposal.created" -> held += leftToPeople(entry) ? 1 : 0;
        default -> {}
      }
    }
    assertThat(demoted).as("it was demoted").isTrue();
  }

  private static boolean leftToPeople(World.LoggedEntry proposed) {
    return proposed
        .content()
        .object("details")
        .flatMap(details -> details.text("mode"))
        .filter(mode -> mode.equals("observe") || mode.equals("propose"))
        .isPresent();
  }
}
