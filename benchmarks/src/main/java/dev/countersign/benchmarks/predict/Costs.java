package dev.countersign.benchmarks.predict;

import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.forest.RandomCut;
import java.util.ArrayList;
import java.util.SplittableRandom;

/// What training, a prediction and a window's score take; single-threaded, the best of rounds.
final class Costs {
  private static final int ROUNDS = 5;

  private Costs() {}

  static void report() {
    Predictors.say("");
    Predictors.say("## times, one thread, best of %d", ROUNDS);
    for (int cases : new int[] {100, 2000, 25_000}) {
      long best = Long.MAX_VALUE;
      int bytes = 0;
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        bytes = Calibrated.fitted(new Simulated(round, 2, 1), cases).file().trees().length;
        best = Math.min(best, System.nanoTime() - start);
      }
      Predictors.say("training on %d labels: %.0f ms; trees of %d bytes", cases, best / 1e6, bytes);
    }
    var tenant = new Simulated(1, 2, 1);
    try (var model = Calibrated.opened(Calibrated.fitted(tenant, 2000))) {
      var snapshots = new ArrayList<Snapshot>();
      for (int i = 0; i < 1000; i++) {
        snapshots.add(tenant.next().snapshot());
      }
      long best = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
          model.predict(snapshots.get(i));
        }
        best = Math.min(best, System.nanoTime() - start);
      }
      Predictors.say("a prediction with its contributions: %.0f us", best / 1e6);
    }
    var random = new SplittableRandom(1);
    var points = new ArrayList<double[]>();
    for (int i = 0; i < 168; i++) {
      points.add(random.doubles(9).toArray());
    }
    var forest = new RandomCut();
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 4 * ROUNDS; round++) {
      long start = System.nanoTime();
      forest.score(points, points.get(round));
      best = Math.min(best, System.nanoTime() - start);
    }
    Predictors.say("a window's score among 168: %.1f ms", best / 1e6);
  }
}
