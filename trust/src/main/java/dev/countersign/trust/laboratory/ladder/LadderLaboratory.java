package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Setting;
import dev.countersign.trust.laboratory.Seeds;
import dev.countersign.trust.laboratory.Share;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Plays a [LadderPlan].
///
/// Stateless; the workers of a run end with it.
public final class LadderLaboratory {

  /// Scopes that a worker takes at a time.
  private static final int PART = 50;

  private final Rules rules;

  public LadderLaboratory() {
    this(Rules.OURS);
  }

  /// With other rules for the many, to see what they would promise.
  LadderLaboratory(Rules rules) {
    this.rules = rules;
  }

  /// Hears how far a run has come; called by the workers, one at a time.
  @FunctionalInterface
  public interface Progress {
    void played(LadderScenario scenario, int scopes, int of);
  }

  /// Where work is handed to.
  @FunctionalInterface
  private interface Workers {
    Future<Played> submit(Callable<Played> work);
  }

  /// @param agreed scopes that production moved alike
  private record Played(LadderTracks tracks, long agreed) {}

  /// Plays the plan; returns when everything is played.
  ///
  /// Throws InterruptedException if the caller is interrupted; the workers are then stopped.
  public LadderReport play(LadderPlan plan, Progress progress) throws InterruptedException {
    var chapters = new ArrayList<LadderReport.Chapter>();
    try (var workers = Executors.newFixedThreadPool(plan.threads())) {
      try {
        for (var scenario : plan.scenarios()) {
          var result = play(plan, scenario, workers::submit, progress);
          chapters.add(new LadderReport.Chapter(scenario, result));
        }
      } catch (InterruptedException | RuntimeException stopped) {
        workers.shutdownNow();
        throw stopped;
      }
    }
    return new LadderReport(plan.scopes(), plan.folded(), plan.setting(), plan.seed(), chapters);
  }

  private LadderResult play(
      LadderPlan plan, LadderScenario scenario, Workers workers, Progress progress)
      throws InterruptedException {
    var next = new AtomicInteger();
    var done = new AtomicInteger();
    var running = new ArrayList<Future<Played>>();
    for (int i = 0; i < plan.threads(); i++) {
      running.add(
          workers.submit(() ->
              work(
                  plan,
                  scenario,
                  next,
                  scopes -> {
                    synchronized (done) {
                      progress.played(scenario, done.addAndGet(scopes), plan.scopesOf(scenario));
                    }
                  })));
    }
    var sum = new LadderTracks(scenario, plan.setting());
    long agreed = 0;
    for (var worker : running) {
      var played = result(worker);
      sum.add(played.tracks());
      agreed += played.agreed();
    }
    return sum.result(new Share(agreed, plan.folded()));
  }

  private static Played result(Future<Played> worker) throws InterruptedException {
    try {
      return worker.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a made-up scope could not be played", e.getCause());
    }
  }

  /// Hears of scopes that are done.
  @FunctionalInterface
  private interface Done {
    void scopes(int count);
  }

  private Played work(LadderPlan plan, LadderScenario scenario, AtomicInteger next, Done done)
      throws InterruptedException {
    var tracks = new LadderTracks(scenario, plan.setting());
    var quick = quick(scenario, plan.setting(), rules);
    var production = folded(scenario, plan.setting());
    long agreed = 0;
    int all = plan.scopesOf(scenario);
    int from = next.getAndAdd(PART);
    while (from < all) {
      int to = Math.min(all, from + PART);
      for (int scope = from; scope < to; scope++) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        long seed = Seeds.of(plan.seed(), scenario.word(), scope);
        var life = quick.live(seed);
        tracks.count(life);
        if (scope < plan.folded() && production.live(seed).moves.equals(life.moves)) {
          agreed++;
        }
      }
      done.scopes(to - from);
      from = next.getAndAdd(PART);
    }
    return new Played(tracks, agreed);
  }

  static Climb quick(LadderScenario scenario, Setting setting, Rules rules) {
    return new Climb(
        scenario, setting, moves -> new QuickLadder(setting, rules, scenario.window(), moves));
  }

  static Climb folded(LadderScenario scenario, Setting setting) {
    return new Climb(
        scenario, setting, moves -> new FoldedLadder(setting, scenario.window(), moves));
  }
}
