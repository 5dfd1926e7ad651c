package dev.countersign.trust.sequential;

import java.util.SplittableRandom;

/// The mean number of outcomes until a false alarm, by simulation, for many lines of a
/// [ChangeDetector] in one pass.
///
/// It drives the detector that runs in production, from harm to harm. The same seed gives the same
/// result. Immutable.
public final class MeanRun {

  /// The lines that are measured: each a hundredth over the one before.
  private static final double LOWEST_LINE = 500;

  private static final double STEP = 1.01;
  private static final int LINES = 400;
  private static final double[] LINE = lines();

  private final int runs;
  private final double[] sums = new double[LINES];
  private final double[] squares = new double[LINES];

  /// A mean with its standard error.
  public record Measured(double line, double mean, double error) {}

  private MeanRun(int runs) {
    this.runs = runs;
  }

  /// @param rate the constant rate of harm
  /// @param streak so many harms in a row are an alarm too; 0 leaves that rule out
  public static MeanRun measured(
      double budget, double rate, int streak, double highest, int runs, long seed) {
    var measured = new MeanRun(runs);
    var detector = ChangeDetector.withLine(budget, highest);
    var random = new SplittableRandom(seed);
    for (int run = 0; run < runs; run++) {
      measured.run(detector, rate, streak, random.split());
    }
    return measured;
  }

  private void run(ChangeDetector detector, double rate, int streak, SplittableRandom random) {
    int reached = 0;
    int inRow = 0;
    long n = 0;
    var suspicion = detector.start();
    while (reached < LINES && LINE[reached] <= detector.line()) {
      // From harm to harm: without harm no statistic rises over where it started, far below all
      // lines.
      long clean = (long) (StrictMath.log(1 - random.nextDouble()) / StrictMath.log1p(-rate));
      suspicion = detector.next(detector.afterClean(suspicion, clean), true);
      n += clean + 1;
      inRow = clean == 0 ? inRow + 1 : 1;
      boolean over = streak > 0 && inRow >= streak;
      double level = suspicion.level();
      while (reached < LINES && (over || level >= LINE[reached])) {
        sums[reached] += n;
        squares[reached] += (double) n * n;
        reached++;
      }
    }
  }

  private static double[] lines() {
    double[] lines = new double[LINES];
    for (int i = 0; i < LINES; i++) {
      lines[i] = LOWEST_LINE * StrictMath.pow(STEP, i);
    }
    return lines;
  }

  /// The mean run of the lowest measured line that is at least `line`.
  public Measured at(double line) {
    int index = 0;
    while (LINE[index] < line) {
      index++;
    }
    return measured(index);
  }

  /// The lowest measured line whose mean run is at least `least` by three standard errors.
  public Measured lowest(double least) {
    for (int i = 0; i < LINES; i++) {
      var measured = measured(i);
      if (measured.mean() - 3 * measured.error() >= least) {
        return measured;
      }
    }
    throw new IllegalArgumentException("no measured line has so long a mean run");
  }

  private Measured measured(int index) {
    double mean = sums[index] / runs;
    double variance = Math.max(0, squares[index] / runs - mean * mean);
    return new Measured(LINE[index], mean, StrictMath.sqrt(variance / runs));
  }
}
