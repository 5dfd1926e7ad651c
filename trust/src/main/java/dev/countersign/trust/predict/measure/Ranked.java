package dev.countersign.trust.predict.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Predictions in the order of their probability, grouped once, and then weighed again and again.
///
/// A bootstrap's draw is a weight for each prediction, so neither order nor groups are computed
/// anew. Groups are of about the same size, at most [Metrics#GROUPS]; equal probabilities are never
/// parted. The calibration error over such groups is the stricter one: with groups of equal width
/// rare predictions hide in nearly empty groups. Not safe for use by many threads.
final class Ranked {
  private final double[] probability;
  private final boolean[] happened;
  private final double[] logLoss;
  private final double[] brier;
  private final double[] gain;

  /// Where each group ends; the last is the number of predictions.
  private final int[] ends;

  private Ranked(List<Stated> sorted, double base, int[] ends) {
    int n = sorted.size();
    probability = new double[n];
    happened = new boolean[n];
    logLoss = new double[n];
    brier = new double[n];
    gain = new double[n];
    for (int i = 0; i < n; i++) {
      var stated = sorted.get(i);
      probability[i] = stated.probability();
      happened[i] = stated.happened();
      logLoss[i] = stated.logLoss();
      brier[i] = stated.brier();
      gain[i] = new Stated(base, stated.happened()).logLoss() - logLoss[i];
    }
    this.ends = ends;
  }

  static Ranked of(List<Stated> predictions, double base) {
    var sorted = predictions.stream().sorted(Comparator.comparingDouble(Stated::probability));
    var list = sorted.toList();
    return new Ranked(list, base, ends(list));
  }

  private static int[] ends(List<Stated> sorted) {
    var ends = new ArrayList<Integer>();
    int n = sorted.size();
    for (int group = 1; group <= Metrics.GROUPS; group++) {
      int end = (int) ((long) n * group / Metrics.GROUPS);
      while (end > 0
          && end < n
          && sorted.get(end).probability() == sorted.get(end - 1).probability()) {
        end++;
      }
      if (end > (ends.isEmpty() ? 0 : ends.getLast())) {
        ends.add(end);
      }
    }
    return ends.stream().mapToInt(Integer::intValue).toArray();
  }

  int size() {
    return probability.length;
  }

  double meanLogLoss(int[] weight) {
    return mean(logLoss, weight);
  }

  double meanBrier(int[] weight) {
    return mean(brier, weight);
  }

  /// By how much the log-loss of the base rate lies over the predictions', on average.
  double meanGain(int[] weight) {
    return mean(gain, weight);
  }

  private static double mean(double[] values, int[] weight) {
    double sum = 0;
    long of = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weight[i] * values[i];
      of += weight[i];
    }
    return sum / of;
  }

  /// The probability that one that happened was ranked over one that did not, ties by half (Mann &
  /// Whitney 1947); NaN where all or none happened.
  double areaUnderCurve(int[] weight) {
    double below = 0;
    double pairs = 0;
    double positives = 0;
    int i = 0;
    while (i < probability.length) {
      double tied = 0;
      double tiedPositives = 0;
      int from = i;
      while (i < probability.length && probability[i] == probability[from]) {
        tied += happened[i] ? 0 : weight[i];
        tiedPositives += happened[i] ? weight[i] : 0;
        i++;
      }
      pairs += tiedPositives * (below + tied / 2);
      below += tied;
      positives += tiedPositives;
    }
    return pairs / (positives * below);
  }

  /// The expected calibration error: the groups' gaps, weighed by their size.
  double calibrationError(int[] weight) {
    double sum = 0;
    long of = 0;
    int i = 0;
    for (int end : ends) {
      double gap = 0;
      for (; i < end; i++) {
        gap += weight[i] * (probability[i] - (happened[i] ? 1 : 0));
        of += weight[i];
      }
      sum += Math.abs(gap);
    }
    return sum / of;
  }

  List<CurveBin> curve() {
    var bins = new ArrayList<CurveBin>();
    int i = 0;
    for (int end : ends) {
      double sum = 0;
      long positives = 0;
      int from = i;
      for (; i < end; i++) {
        sum += probability[i];
        positives += happened[i] ? 1 : 0;
      }
      bins.add(new CurveBin(sum / (end - from), new BaseRate(positives, end - from)));
    }
    return bins;
  }
}
