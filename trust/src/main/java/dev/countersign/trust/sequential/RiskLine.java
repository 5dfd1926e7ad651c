package dev.countersign.trust.sequential;

/// The line that a [PromotionTest] must reach: 1 over its share of the tenant's risk.
///
/// The risk `a` of one tenant and action type is divided so that all shares together stay under it:
/// over the four steps (a/4), over the attempts of a step (attempt j gets 1/(j(j+1)) of that, which
/// sums to 1), and over the scopes (the k-th gets 1/(k(k+1)) of it). By Ville's inequality (1939) a
/// test supermartingale that starts at 1 ever reaches 1/b with probability at most b, so the chance
/// of any wrong promotion is at most a, by the union bound.
public final class RiskLine {

  /// The steps from the lowest stage to the highest.
  private static final int STEPS = 4;

  private RiskLine() {}

  /// @param risk how likely any wrong promotion may be, over 0 and under 1
  /// @param attempt which attempt of its step this is, from 1
  /// @param scope which scope of its tenant and action type this is, from 1
  public static double of(double risk, long attempt, long scope) {
    if (!(risk > 0 && risk < 1) || attempt < 1 || scope < 1) {
      throw new IllegalArgumentException(
          "a risk lies between 0 and 1, what is counted starts at 1");
    }
    return STEPS / risk * spread(attempt) * spread(scope);
  }

  private static double spread(long number) {
    return (double) number * (number + 1.0);
  }
}
