package dev.countersign.benchmarks.predict;

import dev.countersign.trust.predict.drift.CalibrationDrift;
import dev.countersign.trust.predict.drift.FeatureDrift;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.SplittableRandom;

/// How long drift takes to be seen, and that nothing is seen where there is none.
final class Drifts {
  private static final int TENANTS = 20;
  private static final int LONGEST = 10_000;

  private Drifts() {}

  static void report() {
    Predictors.say("");
    Predictors.say(
        "## drift: observations to the alarm, line 20,000; median of %d tenants", TENANTS);
    Predictors.say("features unchanged: %s", features());
    for (double less : new double[] {0, 0.02, 0.05, 0.1, 0.2}) {
      Predictors.say("calibration, %.2f less than stated happens: %s", less, calibration(less));
    }
  }

  private static String features() {
    var delays = new int[TENANTS];
    for (int seed = 0; seed < TENANTS; seed++) {
      var old = new Simulated(seed, 1, 1);
      var training = new ArrayList<Snapshot>();
      var reference = new ArrayList<Snapshot>();
      for (int i = 0; i < 1000; i++) {
        training.add(old.next().snapshot());
        reference.add(old.next().snapshot());
      }
      var drift = FeatureDrift.of(Predictor.OUTCOME, training, reference);
      var now = new Simulated(seed + 100, 1, 1);
      int n = 0;
      while (n < LONGEST && !drift.alarmed()) {
        drift = drift.with(now.next().snapshot());
        n++;
      }
      delays[seed] = n;
    }
    return median(delays);
  }

  private static String calibration(double less) {
    var delays = new int[TENANTS];
    for (int seed = 0; seed < TENANTS; seed++) {
      var tenant = new Simulated(seed, 1.5, 1);
      var random = new SplittableRandom(seed);
      var drift = CalibrationDrift.START;
      int n = 0;
      while (n < LONGEST && !drift.alarmed()) {
        double stated = tenant.next().truth();
        drift = drift.with(stated, random.nextDouble() < stated - less);
        n++;
      }
      delays[seed] = n;
    }
    return median(delays);
  }

  private static String median(int[] delays) {
    Arrays.sort(delays);
    long none = Arrays.stream(delays).filter(delay -> delay == LONGEST).count();
    return delays[delays.length / 2] + " (none within " + LONGEST + " in " + none + ")";
  }
}
