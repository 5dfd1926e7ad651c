package dev.countersign.trust.predict.measure;

/// Tails of the binomial distribution and the exact bounds that follow from them.
///
/// Computed by the incomplete beta function (Abramowitz & Stegun 1964, 26.5.24; its continued
/// fraction 26.5.8 as evaluated by Lentz 1976), with StrictMath only: the same on every machine.
/// Accurate to about 1e-11 for a thousand trials and 1e-9 for a million.
public final class Binomial {

  /// Enough for a million trials; the fraction takes about the root of their number.
  private static final int MOST_TERMS = 20_000;

  private static final double SMALLEST = 1e-300;

  private static final int HALVINGS = 60;

  /// From here on Stirling's series is exact to a double with five terms.
  private static final double LARGE = 16;

  private Binomial() {}

  /// The probability of at most `k` successes in `n` trials that each succeed with probability `p`.
  public static double atMost(long k, long n, double p) {
    check(n, p);
    if (k < 0) {
      return 0;
    }
    return k >= n ? 1 : incompleteBeta((double) n - k, k + 1.0, 1 - p);
  }

  /// The probability of at least `k` successes in `n` trials.
  public static double atLeast(long k, long n, double p) {
    check(n, p);
    if (k <= 0) {
      return 1;
    }
    return k > n ? 0 : incompleteBeta((double) k, n - k + 1.0, p);
  }

  /// The largest rate under which `k` or more successes have a probability of at most `outside`:
  /// Clopper & Pearson's one-sided lower bound. 0 where there was no success.
  public static double lowerBound(long k, long n, double outside) {
    double low = 0;
    double high = (double) k / Math.max(1, n);
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (atLeast(k, n, middle) <= outside) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// The smallest rate under which `k` or fewer successes have a probability of at most `outside`.
  /// 1 where there was nothing but successes.
  public static double upperBound(long k, long n, double outside) {
    return 1 - lowerBound(n - k, n, outside);
  }

  private static void check(long n, double p) {
    if (n < 0 || !(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("`" + n + "` trials at `" + p + "` are no experiment");
    }
  }

  private static double incompleteBeta(double a, double b, double x) {
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    double front =
        StrictMath.exp(
            logGamma(a + b)
                - logGamma(a)
                - logGamma(b)
                + a * StrictMath.log(x)
                + b * StrictMath.log1p(-x));
    // The fraction converges fast only on its own side of the mean.
    return x < (a + 1) / (a + b + 2)
        ? front * fraction(a, b, x) / a
        : 1 - front * fraction(b, a, 1 - x) / b;
  }

  private static double fraction(double a, double b, double x) {
    double c = 1;
    double d = 1 / away(1 - (a + b) * x / (a + 1));
    double value = d;
    for (int m = 1; m <= MOST_TERMS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / away(1 + even * d);
      c = away(1 + even / c);
      value *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / away(1 + odd * d);
      c = away(1 + odd / c);
      double step = d * c;
      value *= step;
      if (Math.abs(step - 1) < 1e-15) {
        return value;
      }
    }
    throw new IllegalArgumentException("more trials than a bound can be computed for");
  }

  private static double away(double value) {
    return Math.abs(value) < SMALLEST ? SMALLEST : value;
  }

  /// Stirling's series (Abramowitz & Stegun 1964, 6.1.41), after stepping up to where it holds.
  private static double logGamma(double x) {
    double product = 1;
    double large = x;
    while (large < LARGE) {
      product *= large;
      large++;
    }
    double square = large * large;
    double series =
        (1 / 12.0
                - (1 / 360.0 - (1 / 1260.0 - (1 / 1680.0 - 1 / 1188.0 / square) / square) / square)
                    / square)
            / large;
    return (large - 0.5) * StrictMath.log(large)
        - large
        + 0.5 * StrictMath.log(2 * StrictMath.PI)
        + series
        - StrictMath.log(product);
  }
}
