package dev.countersign.trust.sequential;

/// Where the rate of harm lies, at 95% and at all times together: a confidence sequence.
///
/// Holds for the running mean of the conditional probabilities of harm, not only for a constant
/// rate: for each b, exp(b S - n log(1 - p + p e^b)) is at most a test supermartingale where p is
/// that mean, since log(1 - p + p e^b) is concave in p (Howard, Ramdas, McAuliffe and Sekhon,
/// Time-uniform Chernoff bounds via nonnegative supermartingales, Probability Surveys 17, 2020,
/// sub-Bernoulli case). A mean over many b, half for each side, each side at 2.5%.
///
/// @param low 0 to 1
/// @param high 0 to 1, not under `low`
public record RateInterval(double low, double high) {

  /// Each side errs with probability 2.5%.
  private static final double LOG_LINE = StrictMath.log(40);

  /// The bets: from so many harms that one tells much, to so many that only their mean does. Each
  /// is twice the next.
  private static final int BETS = 14;

  private static final double LARGEST_BET = 8;

  private static final int HALVINGS = 50;

  public RateInterval {
    // Written so that NaN fails too.
    if (!(low >= 0 && high <= 1 && low <= high)) {
      throw new IllegalArgumentException("an interval of rates lies between 0 and 1");
    }
  }

  /// @param observed how many were observed
  /// @param harms how many of them did harm
  public static RateInterval of(long observed, long harms) {
    if (harms < 0 || observed < harms) {
      throw new IllegalArgumentException("there are not more harms than observations");
    }
    double mean = observed == 0 ? 0.5 : (double) harms / observed;
    double low = harms == 0 ? 0 : boundary(observed, harms, mean, 0, 1);
    double high = harms == observed ? 1 : boundary(observed, harms, mean, 1, -1);
    return new RateInterval(low, high);
  }

  /// The rate between `mean` and `end` where the bets of this sign reach the line; `end` if none.
  private static double boundary(long n, long harms, double mean, double end, int sign) {
    double inside = mean;
    double outside = end;
    if (n == 0 || logMean(n, harms, outside, sign) < LOG_LINE) {
      return end;
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (inside + outside) / 2;
      if (logMean(n, harms, middle, sign) < LOG_LINE) {
        inside = middle;
      } else {
        outside = middle;
      }
    }
    // What is not excluded for certain belongs to the interval.
    return outside;
  }

  private static double logMean(long n, long harms, double rate, int sign) {
    double most = Double.NEGATIVE_INFINITY;
    double[] logs = new double[BETS];
    double bet = LARGEST_BET * sign;
    for (int i = 0; i < BETS; i++) {
      logs[i] = bet * harms - n * StrictMath.log1p(rate * StrictMath.expm1(bet));
      most = Math.max(most, logs[i]);
      bet /= 2;
    }
    double sum = 0;
    for (double log : logs) {
      sum += StrictMath.exp(log - most);
    }
    return most + StrictMath.log(sum / BETS);
  }
}
