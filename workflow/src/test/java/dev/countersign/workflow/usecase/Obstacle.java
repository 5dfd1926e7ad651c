package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.workflow.usecase.Scene.Proposed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What comes between a decision and what it is about, and passes again. An actor puts it up and
/// goes on for some moves, or puts it up right after an approval that nobody has carried out.
///
/// @param weight of meeting it right after an approval
/// @param puts up what stands in the way of that proposal, and yields how it is taken away
record Obstacle(String name, int weight, Putting puts) {
  private static final int MOST_MOVES = 3;

  private static final List<Obstacle> ALL =
      List.of(
          new Obstacle("a closed gate", 8, Obstacle::closedGate),
          new Obstacle("a freeze", 8, Obstacle::freeze),
          new Obstacle("a stricter policy", 16, Obstacle::stricterPolicy),
          new Obstacle("a hold", 8, Obstacle::hold),
          new Obstacle("something to do", 8, Obstacle::task),
          new Obstacle("a correction", 8, Obstacle::correction),
          new Obstacle("its end", 8, Obstacle::end));

  @FunctionalInterface
  interface Putting {
    Runnable up(Scene scene, Proposed against);
  }

  /// Two moves for each of them.
  static List<PlayedMove> moves() {
    var moves = new ArrayList<PlayedMove>();
    for (var one : ALL) {
      moves.add(new PlayedMove("go on in spite of " + one.name, 2, one::goOn));
      moves.add(
          new PlayedMove("approve and then meet " + one.name, one.weight, one::afterApproval));
    }
    return moves;
  }

  private void goOn(Scene scene) {
    var away = puts.up(scene, scene.aProposal("pending"));
    var within = new PlayedMove.Tally();
    try {
      for (int i = scene.random().nextInt(MOST_MOVES); i >= 0; i--) {
        scene.any(DecisionMoves.ALL).play(scene, within);
      }
    } finally {
      away.run();
    }
  }

  private void afterApproval(Scene scene) {
    var proposed = scene.aProposal("pending");
    scene.world().approveAndCrash(scene.anApprover(proposed.type()), proposed.answer());
    var away = puts.up(scene, proposed);
    try {
      scene.world().execute(proposed.answer());
    } finally {
      away.run();
    }
  }

  private static Runnable closedGate(Scene scene, Proposed against) {
    scene.world().revoke(against.type());
    return () -> scene.world().authorize(against.type());
  }

  private static Runnable freeze(Scene scene, Proposed against) {
    var world = scene.world();
    var freeze =
        switch (scene.random().nextInt(3)) {
          case 0 -> world.freeze("tenant", "*");
          case 1 -> world.freeze("action", against.type());
          default -> world.freeze("queue", queue(world, against));
        };
    return () -> world.lift(freeze);
  }

  private static String queue(World world, Proposed against) {
    return world.showCases.one(world.agent, against.caseId()).text("queue").orElseThrow();
  }

  private static Runnable stricterPolicy(Scene scene, Proposed against) {
    PlayedWorkflow.demand(scene.world(), Optional.of(PlayedWorkflow.demandOn(against.type())));
    return () -> PlayedWorkflow.demand(scene.world(), Optional.empty());
  }

  private static Runnable hold(Scene scene, Proposed against) {
    scene.world().tell(against.caseId(), "letter", JsonObject.EMPTY);
    return () -> {
      try {
        CaseMoves.release(scene, against.caseId());
      } catch (Refusal notHeld) {
        // Somebody else has released it.
      }
    };
  }

  private static Runnable task(Scene scene, Proposed against) {
    var task = scene.world().task(against.caseId(), "check");
    return () -> {
      try {
        CaseMoves.work(scene, World.id(task, "task_id"), against.caseId(), "completed");
      } catch (Refusal notHis) {
        // It stays open.
      }
    };
  }

  /// The facts on which it was proposed are others, which does not pass again.
  private static Runnable correction(Scene scene, Proposed against) {
    CaseMoves.correct(scene, against.caseId());
    return () -> {};
  }

  /// Its time is over, sooner or later, which does not pass again.
  private static Runnable end(Scene scene, Proposed against) {
    scene.world().clock.advance(PlayedWorkflow.terms(against.type(), 1).expires());
    return () -> {};
  }
}
