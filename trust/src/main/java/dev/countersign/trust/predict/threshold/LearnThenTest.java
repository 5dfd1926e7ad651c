package dev.countersign.trust.predict.threshold;

import dev.countersign.trust.predict.measure.BaseRate;
import dev.countersign.trust.predict.measure.Binomial;
import java.util.List;
import java.util.TreeSet;

/// Learn then Test (Angelopoulos, Bates, Candes, Jordan & Lei 2021) on P(harm | executed).
///
/// Each candidate threshold t has the null hypothesis that of what is at or under t at least the
/// budget is harmful. Its p-value is the binomial probability of so few harms among the sample's
/// outcomes at or under t, were each harmful with the probability of the budget: given their number
/// they are independent with one common rate, so it is exact. Candidates are tested from the safest
/// up, and from [#STARTS] places of the list at once, each sequence until its first failure at the
/// level (1 - confidence) / starts (fixed-sequence testing with several starts; Bonferroni over the
/// starts). A single start at the safest would stop there for want of outcomes.
///
/// Candidates MUST be fixed before the sample's outcomes are looked at, and not from its risks: the
/// quantiles in a model's manifest are made for this. The sample MUST be drawn at random, with a
/// probability that says nothing of the case, before anything about the case was predicted.
public final class LearnThenTest {
  static final int STARTS = 4;

  private LearnThenTest() {}

  /// @param candidates thresholds on the risk, in any order
  /// @param budget the highest harm rate that is accepted, over 0 and under 1
  /// @param confidence that the certified threshold keeps to it, over 0 and under 1
  public static Threshold certify(
      List<Double> candidates, List<Sampled> sample, double budget, double confidence) {
    if (!(budget > 0 && budget < 1) || !(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("budget and confidence lie between 0 and 1");
    }
    var thresholds = List.copyOf(new TreeSet<>(candidates));
    var certified = -1;
    for (int start = 0; start < STARTS; start++) {
      int first = thresholds.size() * start / STARTS;
      // Lists shorter than the number of starts begin at the same place twice; that costs nothing.
      int at = first;
      while (at < thresholds.size()
          && probability(thresholds.get(at), sample, budget) <= (1 - confidence) / STARTS) {
        certified = Math.max(certified, at++);
      }
    }
    if (certified < 0) {
      return new Threshold.None(sample.size());
    }
    double most = thresholds.get(certified);
    var harm = harm(most, sample);
    return new Threshold.Certified(
        most, budget, confidence, harm, new BaseRate(harm.of(), sample.size()));
  }

  /// Of so few harms or fewer, were the rate the budget.
  private static double probability(double threshold, List<Sampled> sample, double budget) {
    var harm = harm(threshold, sample);
    return Binomial.atMost(harm.happened(), harm.of(), budget);
  }

  private static BaseRate harm(double threshold, List<Sampled> sample) {
    long executed = 0;
    long harmful = 0;
    for (var one : sample) {
      if (one.risk() <= threshold) {
        executed++;
        harmful += one.harm() ? 1 : 0;
      }
    }
    return new BaseRate(harmful, executed);
  }
}
