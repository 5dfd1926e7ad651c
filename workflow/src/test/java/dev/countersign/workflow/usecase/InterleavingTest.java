package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.testkit.Property;
import dev.countersign.workflow.usecase.PlayedMove.Tally;
import dev.countersign.workflow.usecase.Scene.Known;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Many actors do whatever comes to their mind ([Repertoire]), on two nodes; afterwards the log,
/// whose order is the order of effects, is held against every invariant of the room ([LogJudge]).
///
/// One actor alone replays from its seed; of several at once each replays what it chose, in an
/// order that is as reproducible as threads are. `-Dcountersign.interleavings=50` plays longer.
class InterleavingTest {
  private static final int ALONE = Integer.getInteger("countersign.interleavings", 2);
  private static final int TOGETHER = Integer.getInteger("countersign.interleavings", 1);
  private static final int STEPS = 240;

  /// What is rare is played for longer, so that chance fails nobody: the rarest comes in about
  /// every fourth game, so of ten million runs one would miss it.
  private static final int MOST_MORE = 60;

  private static final int ACTORS = 4;

  /// What the judge has something to say about, so it MUST have seen it.
  private static final List<String> JUDGED =
      List.of(
          "approval.granted for another",
          "approval.deferred",
          "approval.escalated",
          "approval.granted after an escalation",
          "case.corrected",
          "case.held",
          "case.migrated",
          "case.released",
          "decoy.revealed",
          "delegation.revoked",
          "execution.completed by approval",
          "execution.completed by stage",
          "execution.started by approval",
          "execution.failed",
          "execution.parked approval_expired",
          "execution.redriven",
          "execution.refused",
          "execution.rolled_back",
          "grant.expired",
          "grant.revoked",
          "grant.used",
          "outcome.observed",
          "policy.activated",
          "proposal.expired",
          "proposal.withdrawn",
          "proposal.superseded case_corrected",
          "proposal.superseded case_held",
          "proposal.superseded case_migrated",
          "proposal.superseded edited",
          "proposal.superseded policy_forbids",
          "proposal.superseded stale_case",
          "proposal.superseded stricter_requirement",
          "task.completed",
          "task.failed",
          "task.failed by a rollback",
          "task.opened by a transition");

  private final Tally tally = new Tally();

  /// A move that is always refused, and a rule that nothing came near, would prove nothing.
  @Test
  void whateverOneAfterTheOtherDoesTheInvariantsHold() {
    Property.holdsFor(ALONE, random -> played(random, 1));
    if (Long.getLong("property.seed") == null) {
      for (int more = 0; more < MOST_MORE && !unseen().isEmpty(); more++) {
        Property.holdsFor(1, random -> played(random, 1));
      }
      assertThat(unseen()).as("what was played: " + tally).isEmpty();
    }
  }

  private List<String> unseen() {
    return Stream.concat(Repertoire.ALL.stream().map(PlayedMove::name), JUDGED.stream())
        .filter(what -> tally.of(what) == 0)
        .toList();
  }

  @Test
  void whateverManyDoAtOnceTheInvariantsHold() {
    Property.holdsFor(TOGETHER, random -> played(random, ACTORS));
  }

  private void played(RandomGenerator random, int count) {
    try (var world = new World()) {
      var cast = Cast.in(world);
      var receiver = new Receiver(world.clock, new SplittableRandom(random.nextLong()));
      prepare(world, receiver);
      var known = Known.nothing();
      var nodes = List.of(world, world.anotherNode());
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var actors = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < count; i++) {
          var scene = new Scene(nodes, cast, known, new SplittableRandom(random.nextLong()));
          actors.add(CompletableFuture.runAsync(() -> play(scene, STEPS / count), threads));
        }
        actors.forEach(CompletableFuture::join);
      }
      receiver.calmDown();
      everythingEnds(world);
      stillWorks(world, cast);
      new LogJudge(world, cast, receiver).check(count == 1, tally);
    }
  }

  private static void prepare(World world, Receiver receiver) {
    world.define(PlayedWorkflow.definition(1));
    world.define(PlayedWorkflow.definition(2));
    PlayedWorkflow.TYPES.forEach(world::authorize);
    world.ceiling("full_auto");
    world.otherSystem.usually(receiver);
    world.rule(List.of("letter"), "true", "{\"kind\": \"hold\"}");
    world.trap("refuse", "case.queue in ['intake', 'review']");
  }

  private void play(Scene scene, int steps) {
    for (int i = 0; i < steps; i++) {
      Repertoire.drawn(scene).play(scene, tally);
    }
  }

  /// Nothing waits for ever, but what a person has to look at.
  private static void everythingEnds(World world) {
    PlayedWorkflow.demand(world, Optional.empty());
    for (int day = 0; day < 5; day++) {
      world.clock.advance(Duration.ofDays(1));
      while (world.workOffDue.round().full()) {}
    }
    for (var waiting :
        List.of(
            "proposal where state in ('pending', 'approved')",
            "approval_request where state = 'pending'",
            "pre_grant where state = 'open'",
            "decoy where verdict is null",
            "execution where state = 'executing' and parked_code is null")) {
      assertThat(world.text("select count(*) from workflow." + waiting)).as(waiting).isEqualTo("0");
    }
  }

  /// Safety would be easy if nothing ran any more.
  private static void stillWorks(World world, Cast cast) {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    for (var reviewer : cast.reviewers()) {
      if (world.proposalState(proposed).equals("pending")) {
        world.decide(reviewer, proposed, "approve");
      }
    }
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
  }
}
