package dev.countersign.trust.sequential;

/// The line of a [ChangeDetector] for each error budget.
///
/// The budget of false alarms, one in 10,000 outcomes at the rate e, is shared: the streak rule
/// spends 10,000 over its own mean run of it (at most half, see [HarmStreak]), the detector the
/// rest. So the detector's own mean run must be r = 1 / (1/10,000 - 1/streak's), between 10,000 and
/// 20,000, and its line is the one for 10,000 times r / 10,000, because a Shiryaev-Roberts
/// statistic's mean run is its mean at the alarm less its start. Both rules alarm on the same
/// harms, so together their mean run is not shorter than that; [MeanRun] measures it.
final class DetectorLines {

  /// Where the lines were measured.
  private static final double[] BUDGETS = {
    0.005, 0.006, 0.007, 0.008, 0.009, 0.01, 0.0125, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075,
    0.10, 0.15, 0.20
  };

  /// The lowest lines for which a mean run of 10,000 of the detector alone lies three standard
  /// errors under what 40,000 runs gave: `benchmarks/trust-detector-lines.sh`, and its results.
  /// They do not rise evenly: where the budget is small, two or three harms make the alarm.
  private static final double[] LINES = {
    5234, 5393, 4980, 4554, 4464, 4509, 4739, 5030, 5340, 5393, 5340, 5668, 6017, 6138, 6451, 6916,
    7126
  };

  private DetectorLines() {}

  static double of(double budget) {
    double meanRun = HarmStreak.meanRun(budget, HarmStreak.longest(budget));
    double share = 1 - ChangeDetector.LEAST_MEAN_RUN / meanRun;
    return alone(budget) / share;
  }

  /// The line for which no simulation is needed: with it and the streak rule beside it, the mean
  /// run is at least 10,000 at every rate up to the budget, also one that an adversary varies.
  ///
  /// The streak rule is a Shiryaev-Roberts statistic as well, R = (1 + R) X / e, which starts at 0
  /// and is the rule's own mean run m exactly when k harms came in a row. Give it the weight w and
  /// the detector, which starts at s, the rest v = 1 - w: their weighted mean, less the number of
  /// outcomes, is a supermartingale too, so the mean run to A is at least A less v s. With w = A /
  /// m the streak alone reaches A, and the detector alone at A / v. Solved for a mean run of
  /// 10,000.
  static double proved(double budget, double start) {
    double streak = HarmStreak.meanRun(budget, HarmStreak.longest(budget));
    double rest = (streak - ChangeDetector.LEAST_MEAN_RUN) / (streak + start);
    return ChangeDetector.LEAST_MEAN_RUN / rest + start;
  }

  /// The line for a mean run of 10,000 of the detector alone, between the measured ones by the
  /// logarithm of the budget.
  private static double alone(double budget) {
    Budgets.checked(budget);
    int above = 1;
    while (BUDGETS[above] < budget) {
      above++;
    }
    double low = StrictMath.log(BUDGETS[above - 1]);
    double part = (StrictMath.log(budget) - low) / (StrictMath.log(BUDGETS[above]) - low);
    return LINES[above - 1] + part * (LINES[above] - LINES[above - 1]);
  }
}
