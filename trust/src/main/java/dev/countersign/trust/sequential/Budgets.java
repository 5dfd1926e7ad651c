package dev.countersign.trust.sequential;

/// The range of error budgets for which the lines of this package were calibrated.
public final class Budgets {
  public static final double SMALLEST = 0.005;
  public static final double LARGEST = 0.20;

  private Budgets() {}

  /// Whether a scope can have such a budget.
  public static boolean allow(double budget) {
    // Written so that NaN fails too.
    return budget >= SMALLEST && budget <= LARGEST;
  }

  /// Throws IllegalArgumentException for a budget that nothing here was calibrated for.
  public static double checked(double budget) {
    if (!allow(budget)) {
      throw new IllegalArgumentException(
          "an error budget lies between "
              + SMALLEST
              + " and "
              + LARGEST
              + ", not `"
              + budget
              + "`");
    }
    return budget;
  }
}
