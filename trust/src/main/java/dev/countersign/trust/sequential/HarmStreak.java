package dev.countersign.trust.sequential;

/// How many harms in a row are too many.
public final class HarmStreak {

  /// A streak alarm at the budgeted rate may come once in so many outcomes: half of the budget of
  /// false alarms, which is one in 10,000.
  private static final double LEAST_MEAN_RUN = 20_000;

  private HarmStreak() {}

  /// The smallest k whose mean run at the rate `budget` is at least 20,000 outcomes.
  public static int longest(double budget) {
    int k = 1;
    while (meanRun(budget, k) < LEAST_MEAN_RUN) {
      k++;
    }
    return k;
  }

  /// The mean number of outcomes until k harms in a row: (1 - e^k) / ((1 - e) e^k) (Feller, An
  /// Introduction to Probability Theory I, XIII.7).
  public static double meanRun(double rate, int k) {
    double power = 1;
    for (int i = 0; i < k; i++) {
      power *= rate;
    }
    return (1 - power) / ((1 - rate) * power);
  }
}
