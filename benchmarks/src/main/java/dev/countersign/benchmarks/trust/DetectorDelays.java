package dev.countersign.benchmarks.trust;

import dev.countersign.trust.sequential.ChangeDetector;
import dev.countersign.trust.sequential.Cusum;
import dev.countersign.trust.sequential.DetectionDelay;
import dev.countersign.trust.sequential.HarmStreak;
import dev.countersign.trust.sequential.MeanRun;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// After how many outcomes a risen rate is noticed: by the rules of demotion with the line in
/// force, by the same with the proved line, and by the CUSUM that knows both rates; each with a
/// mean run of at least 10,000 outcomes between false alarms at the rate before.
///
/// The CUSUM's figures are exact, the others simulated.
final class DetectorDelays {

  /// @param parts of the CUSUM's lattice, see [Cusum#of]
  private record Rise(double before, double after, int parts) {}

  private static final List<Rise> RISES =
      List.of(
          new Rise(0.01, 0.015, 1),
          new Rise(0.01, 0.02, 1),
          new Rise(0.01, 0.05, 1),
          new Rise(0.01, 0.20, 1),
          new Rise(0.02, 0.04, 1),
          new Rise(0.02, 0.06, 1),
          new Rise(0.02, 0.20, 1),
          new Rise(0.05, 0.075, 9),
          new Rise(0.05, 0.10, 7),
          new Rise(0.05, 0.20, 7),
          new Rise(0.10, 0.20, 7),
          new Rise(0.10, 0.30, 1),
          // Where the streak rule spends a third to a half of the false alarms.
          new Rise(0.005, 0.01, 1),
          new Rise(0.005, 0.025, 1),
          new Rise(0.007, 0.014, 1),
          new Rise(0.007, 0.035, 1),
          new Rise(0.0368, 0.0736, 3),
          new Rise(0.0368, 0.15, 3),
          new Rise(0.0845, 0.169, 7),
          new Rise(0.0845, 0.25, 7));

  private final int runs;
  private final long seed;

  /// @param runs of each rise, an odd number; of mean runs between false alarms, a fifth
  DetectorDelays(int runs, long seed) {
    this.runs = runs;
    this.seed = seed;
  }

  /// @param only the budget whose rises are measured, if not all
  void print(Optional<Double> only) {
    System.out.println(
        "outcomes until a risen rate is noticed: medians of " + runs + " runs, 95% intervals");
    System.out.println("in force and proved: detector and streak together, from the slowest start");
    var rises = RISES.stream().filter(rise -> only.orElse(rise.before()) == rise.before()).toList();
    for (var rise : rises) {
      var detector = ChangeDetector.of(rise.before());
      var cusum =
          Cusum.of(rise.before(), rise.after(), rise.parts(), ChangeDetector.LEAST_MEAN_RUN);
      long best = cusum.medianDelay(rise.after());
      System.out.printf(
          Locale.ROOT,
          "%.2f%% -> %.2f%%%n  CUSUM that knows both  median %4d (exact)%38s mean run %6.0f (exact)%n",
          100 * rise.before(),
          100 * rise.after(),
          best,
          "",
          cusum.meanRun(rise.before()));
      print("line in force", detector, rise, best);
      print("proved line", detector.withProvedLine(), rise, best);
    }
  }

  private void print(String name, ChangeDetector detector, Rise rise, long best) {
    int streak = HarmStreak.longest(rise.before());
    var delay = DetectionDelay.measured(detector, rise.after(), streak, runs, seed);
    // Just over the line, so that the lowest measured one over it is reached.
    var run =
        MeanRun.measured(
                rise.before(), rise.before(), streak, detector.line() * 1.02, runs / 5, seed + 1)
            .at(detector.line() / 1.01);
    System.out.printf(
        Locale.ROOT,
        "  %-13s %8.1f median %4d [%d, %d], %.2f [%.2f, %.2f] times the CUSUM's, mean run %6.0f +- %.0f%n",
        name,
        detector.line(),
        delay.median(),
        delay.low(),
        delay.high(),
        (double) delay.median() / best,
        (double) delay.low() / best,
        (double) delay.high() / best,
        run.mean(),
        run.error());
  }
}
