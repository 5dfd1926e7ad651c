package dev.countersign.benchmarks.trust;

import dev.countersign.trust.sequential.ChangeDetector;
import dev.countersign.trust.sequential.HarmStreak;
import dev.countersign.trust.sequential.MeanRun;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds the lines of the change detector, measures the mean run of all rules with them, and how
/// soon they notice a risen rate ([DetectorDelays]), which `delays` runs alone.
public final class DetectorCalibration {
  private static final double[] CALIBRATED = {
    0.005, 0.006, 0.007, 0.008, 0.009, 0.01, 0.0125, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075,
    0.10, 0.15, 0.20
  };

  /// The defaults, budgets between the calibrated ones, and those at which the streak rule spends
  /// most.
  private static final double[] CHECKED = {
    0.005, 0.0055, 0.0070, 0.0072, 0.0095, 0.01, 0.011, 0.02, 0.0275, 0.0368, 0.05, 0.06, 0.0845,
    0.10, 0.1385, 0.175, 0.1925, 0.20
  };

  private static final double HIGHEST_ALONE = 12_000;

  private static final int DELAYS = 100_001;

  private DetectorCalibration() {}

  /// @param args `delays` for that part alone; then how many runs a budget or rise, a seed, and the
  ///   only budget whose rises are measured
  public static void main(String[] args) {
    boolean alone = args.length > 0 && args[0].equals("delays");
    var numbers = List.of(args).subList(alone ? 1 : 0, args.length);
    long seed = numbers.size() > 1 ? Long.parseLong(numbers.get(1)) : 1;
    int runs = numbers.isEmpty() ? (alone ? DELAYS : 40_000) : Integer.parseInt(numbers.get(0));
    System.out.println("runs: " + runs + ", seed: " + seed);
    if (!alone) {
      lines(runs, seed);
    }
    // An odd number, so that one is in the middle.
    var only =
        numbers.size() > 2
            ? Optional.of(Double.parseDouble(numbers.get(2)))
            : Optional.<Double>empty();
    new DetectorDelays(runs | 1, seed).print(only);
  }

  private static void lines(int runs, long seed) {
    System.out.println("the detector alone: lowest line with a mean run of 10,000");
    for (double e : CALIBRATED) {
      var lowest = MeanRun.measured(e, e, 0, HIGHEST_ALONE, runs, seed).lowest(10_000);
      print("e = %.4f  line %8.1f  mean run %8.0f +- %.0f%n", e, lowest);
    }
    System.out.println("detector and streak together, with the lines in force");
    for (double e : CHECKED) {
      int streak = HarmStreak.longest(e);
      double line = ChangeDetector.of(e).line();
      // Just over the line in force, so that the lowest measured one over it is reached.
      var together =
          MeanRun.measured(e, e, streak, line * 1.02, runs / 2, seed + 1).at(line / 1.01);
      System.out.printf(
          Locale.ROOT,
          "e = %.4f  line %8.1f  streak %d, its own mean run %9.0f  mean run together %8.0f +-"
              + " %.0f%n",
          e,
          line,
          streak,
          HarmStreak.meanRun(e, streak),
          together.mean(),
          together.error());
    }
  }

  private static void print(String format, double budget, MeanRun.Measured measured) {
    System.out.printf(
        Locale.ROOT, format, budget, measured.line(), measured.mean(), measured.error());
  }
}
