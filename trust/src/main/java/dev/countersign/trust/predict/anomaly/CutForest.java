package dev.countersign.trust.predict.anomaly;

import java.util.List;

/// What scores how far a point stands alone among others: a library's place.
///
/// The same points in the same order MUST give the same score, bit for bit. Safe for use by many
/// threads.
public interface CutForest {

  /// The score of a point among others, which it is not one of: larger is more alone, 1 is usual.
  Score score(List<double[]> others, double[] point);

  /// @param value at least 0
  /// @param shares of each dimension in it, together 1, or all 0
  record Score(double value, List<Double> shares) {
    public Score {
      shares = List.copyOf(shares);
    }
  }
}
