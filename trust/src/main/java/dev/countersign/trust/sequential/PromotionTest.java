package dev.countersign.trust.sequential;

import java.util.List;

/// The evidence against "at every counted proposal, the probability of harm is at least the
/// budget": a test supermartingale that starts at 1.
///
/// The wealth of a gambler who bets at each proposal that harm is rarer than the budget e. A bet on
/// the rate q < e multiplies the wealth by (1 - q) / (1 - e) after a clean proposal and by q / e
/// after a harm, which is 1 + b (e - X) with b = (e - q) / (e (1 - e)) (Waudby-Smith and Ramdas,
/// Estimating means of bounded random variables by betting, JRSS B 86, 2024, section 4); its
/// expectation is at most 1 while P(X = 1) is at least e. The stake is spread over five such rates,
/// and a mean of test supermartingales is one. By Ville's inequality the wealth ever reaches L with
/// probability at most 1/L, whenever and however often one looks, and whoever chooses the
/// probabilities.
///
/// The rates and shares are chosen so that at the line 100 the evidence to promotion is at most 1.5
/// times that of the sequential probability ratio test that knows the true rate, for rates from 0
/// to 0.7 e, and by the median to 0.85 e (by enumeration, `PromotionTestTest`); a third of the
/// stake on almost no harm keeps what a flawless scope must show low: 107 clean proposals at e =
/// 5%, 546 at 1%. Nearer to the budget than the highest bet, it fails: over 0.87 e it needs more
/// than that, and from about 0.896 e on wealth shrinks in the long run, so only luck promotes.
///
/// Immutable; constant in size, so also its updates are. Only counts are kept where every
/// observation weighs the same, so nothing is rounded on the way and the order does not matter.
///
/// @param budget the error budget e
/// @param clean how many counted proposals did no harm
/// @param harms how many did
/// @param weighted what observations that were drawn with a changing probability add to the
///   logarithm of each bet's wealth; empty if there was none
public record PromotionTest(double budget, long clean, long harms, List<Double> weighted) {

  /// The rates that are bet on, as shares of the budget. None is 0: a bet on no harm at all is lost
  /// for good with the first one.
  private static final double[] RATES = {1.0 / 64, 0.15, 0.40, 0.60, 0.80};

  /// The shares of the stake; they sum to 1.
  private static final double[] STAKES = {0.35, 0.15, 0.20, 0.15, 0.15};

  /// More clean proposals than anybody will wait for.
  private static final long NEVER = 1L << 40;

  public PromotionTest {
    Budgets.checked(budget);
    weighted = List.copyOf(weighted);
    if (clean < 0 || harms < 0) {
      throw new IllegalArgumentException("what is counted is not negative");
    }
    if (!weighted.isEmpty() && weighted.size() != RATES.length) {
      throw new IllegalArgumentException("every bet has its logarithm");
    }
    if (!weighted.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("a logarithm of wealth is finite");
    }
  }

  /// With wealth 1.
  public static PromotionTest start(double budget) {
    return new PromotionTest(budget, 0, 0, List.of());
  }

  /// Counts one proposal.
  public PromotionTest plus(boolean harm) {
    return new PromotionTest(budget, clean + (harm ? 0 : 1), harms + (harm ? 1 : 0), weighted);
  }

  /// Counts one proposal that was looked at with a probability that changes from one to the next:
  /// the observation is X/pi if it was drawn and 0 if not, and bets are bounded by pi.
  ///
  /// MUST be called for every proposal that could have been drawn, also for those that were not.
  /// The probability MUST have been fixed before anything about the case was known.
  ///
  /// @param drawn whether it was drawn; if not, `harm` MUST be false: nobody looked
  /// @param probability with which it was drawn, over 0 and at most 1
  public PromotionTest plus(boolean drawn, boolean harm, double probability) {
    if (!(probability > 0 && probability <= 1) || (harm && !drawn)) {
      throw new IllegalArgumentException("only what is drawn is seen");
    }
    double x = harm ? 1 / probability : 0;
    var logs = new Double[RATES.length];
    for (int i = 0; i < RATES.length; i++) {
      // The bet on no harm after pi times the scale: its factor stays over 0 at X = 1/pi.
      double bet = (1 - RATES[i]) * probability / (1 - probability * budget);
      double before = weighted.isEmpty() ? 0 : weighted.get(i);
      logs[i] = before + StrictMath.log1p(bet * (budget - x));
    }
    return new PromotionTest(budget, clean, harms, List.of(logs));
  }

  /// Takes one proposal that was counted as clean for a harm, as later news says.
  ///
  /// The other way round there is nothing: a harm that was counted stays, so the wealth never
  /// exceeds that of the process that never looked back.
  public PromotionTest corrected() {
    // A proposal of before this process is none of its clean ones: then the harm is added.
    return new PromotionTest(budget, Math.max(0, clean - 1), harms + 1, weighted);
  }

  /// How many proposals were counted, without those of a changing probability.
  public long counted() {
    return clean + harms;
  }

  /// The natural logarithm of the wealth.
  public double logWealth() {
    return logWealth(clean);
  }

  /// The wealth; infinite where a double can't hold it.
  public double wealth() {
    return StrictMath.exp(logWealth());
  }

  public boolean reaches(double line) {
    return logWealth() >= StrictMath.log(line);
  }

  /// How many clean proposals, one after the other, still lead to `line`; 0 if it is reached.
  public long cleanMissing(double line) {
    double target = StrictMath.log(line);
    if (logWealth() >= target) {
      return 0;
    }
    long under = 0;
    long enough = 1;
    while (logWealth(clean + enough) < target && enough < NEVER) {
      under = enough;
      enough *= 2;
    }
    while (enough - under > 1) {
      long middle = under + (enough - under) / 2;
      if (logWealth(clean + middle) < target) {
        under = middle;
      } else {
        enough = middle;
      }
    }
    return enough;
  }

  private double logWealth(long cleanOnes) {
    double[] logs = new double[RATES.length];
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < RATES.length; i++) {
      double rate = RATES[i] * budget;
      logs[i] =
          StrictMath.log(STAKES[i])
              + cleanOnes * (StrictMath.log1p(-rate) - StrictMath.log1p(-budget))
              + harms * StrictMath.log(RATES[i])
              + (weighted.isEmpty() ? 0 : weighted.get(i));
      most = Math.max(most, logs[i]);
    }
    double sum = 0;
    for (double log : logs) {
      sum += StrictMath.exp(log - most);
    }
    return most + StrictMath.log(sum);
  }
}
