package dev.countersign.trust.sequential;

import java.util.function.IntToLongFunction;

/// When a test that asks for `needed(s)` clean observations after s harms stops, exactly: the law
/// of the number of observations, by going through all numbers of harms at once.
///
/// @param median the smallest n by which it has stopped with probability 1/2; 0 if it has not
/// @param mean of the number of observations, up to the horizon
/// @param stopped the probability that it has stopped by the horizon
record StoppingLaw(long median, double mean, double stopped) {

  static StoppingLaw of(IntToLongFunction needed, double rate, long horizon) {
    int most = 64;
    long[] need = new long[most];
    for (int s = 0; s < most; s++) {
      need[s] = needed.applyAsLong(s);
    }
    double[] alive = new double[most];
    alive[0] = 1;
    int used = 1;
    double left = 1;
    double mean = 0;
    long median = 0;
    for (long n = 1; n <= horizon && left > 1e-6; n++) {
      mean += left;
      if (used == most) {
        // What went this far over the budget never comes back.
        most *= 2;
        need = java.util.Arrays.copyOf(need, most);
        for (int s = used; s < most; s++) {
          need[s] = needed.applyAsLong(s);
        }
        alive = java.util.Arrays.copyOf(alive, most);
      }
      for (int s = used; s >= 0; s--) {
        double p = alive[s] * (1 - rate) + (s > 0 ? alive[s - 1] * rate : 0);
        if (n - s >= need[s]) {
          left -= p;
          p = 0;
        }
        alive[s] = p;
      }
      if (alive[used] > 1e-15) {
        used++;
      }
      if (median == 0 && left <= 0.5) {
        median = n;
      }
    }
    return new StoppingLaw(median, mean, 1 - left);
  }

  /// Of the mixture that promotes.
  static StoppingLaw ofPromotion(double budget, double line, double rate, long horizon) {
    return of(
        s -> new PromotionTest(budget, 0, s, java.util.List.of()).cleanMissing(line),
        rate,
        horizon);
  }

  /// Of the sequential probability ratio test that knows the rate: no test of power one with the
  /// same line needs less in the mean (Wald and Wolfowitz 1948).
  static StoppingLaw ofBest(double budget, double line, double rate, long horizon) {
    double clean = Math.log((1 - rate) / (1 - budget));
    double harm = rate == 0 ? -1e9 : Math.log(rate / budget);
    return of(s -> (long) Math.ceil((Math.log(line) - s * harm) / clean - 1e-12), rate, horizon);
  }
}
