package dev.countersign.trust.sequential;

import java.util.Arrays;
import java.util.SplittableRandom;

/// After how many outcomes a risen rate of harm is noticed, by simulation: the median with its 95%
/// interval.
///
/// It drives the detector that runs in production, outcome by outcome, from the start, which is
/// where any history leaves it slowest. The same seed gives the same result.
///
/// @param median of the number of outcomes until the alarm
/// @param low the lower end of its interval, between two ranks of what was measured
/// @param high the upper end
public record DetectionDelay(long median, long low, long high) {

  /// Half the width of a normal interval of 95%, in standard errors.
  private static final double ERRORS = 1.96;

  /// @param rate the constant rate of harm after the change
  /// @param streak so many harms in a row are an alarm too; 0 leaves that rule out
  /// @param runs an odd number
  public static DetectionDelay measured(
      ChangeDetector detector, double rate, int streak, int runs, long seed) {
    if (runs % 2 == 0) {
      throw new IllegalArgumentException("of an even number of runs none is in the middle");
    }
    var random = new SplittableRandom(seed);
    long[] delays = new long[runs];
    for (int run = 0; run < runs; run++) {
      delays[run] = delay(detector, rate, streak, random);
    }
    Arrays.sort(delays);
    int middle = runs / 2;
    // How many lie under the true median is binomial with 1/2.
    int beside = (int) Math.ceil(ERRORS * StrictMath.sqrt(runs) / 2);
    return new DetectionDelay(
        delays[middle],
        delays[Math.max(0, middle - beside)],
        delays[Math.min(runs - 1, middle + beside)]);
  }

  private static long delay(
      ChangeDetector detector, double rate, int streak, SplittableRandom random) {
    var suspicion = detector.start();
    int inRow = 0;
    long n = 0;
    while (!detector.alarm(suspicion) && (streak == 0 || inRow < streak)) {
      boolean harm = random.nextDouble() < rate;
      suspicion = detector.next(suspicion, harm);
      inRow = harm ? inRow + 1 : 0;
      n++;
    }
    return n;
  }
}
