package dev.countersign.trust.sequential;

import java.util.Arrays;
import java.util.List;

/// How much the outcomes so far look as if the rate of harm had risen: one Shiryaev-Roberts
/// statistic for each rate that a [ChangeDetector] looks for. Immutable.
public final class Suspicion {
  private final double[] statistics;

  Suspicion(double[] fresh) {
    for (double statistic : fresh) {
      // Written so that NaN fails too.
      if (!(statistic >= 0) || Double.isInfinite(statistic)) {
        throw new IllegalArgumentException("a suspicion is finite and not negative");
      }
    }
    this.statistics = fresh;
  }

  /// Reads what [#values] wrote; throws IllegalArgumentException for anything else.
  public static Suspicion of(List<Double> values) {
    if (values.size() != ChangeDetector.RATES) {
      throw new IllegalArgumentException("a suspicion has " + ChangeDetector.RATES + " numbers");
    }
    return new Suspicion(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  public List<Double> values() {
    return Arrays.stream(statistics).boxed().toList();
  }

  double at(int rate) {
    return statistics[rate];
  }

  /// Their mean: about how many outcomes would look as bad by chance alone.
  public double level() {
    double sum = 0;
    for (double statistic : statistics) {
      sum += statistic;
    }
    return sum / statistics.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Suspicion that && Arrays.equals(statistics, that.statistics);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(statistics);
  }

  @Override
  public String toString() {
    return values().toString();
  }
}
