package dev.countersign.trust.predict;

import java.util.List;

/// Learned trees: from vectors to log-odds. Safe for use by many threads until closed.
public interface Trees extends AutoCloseable {

  /// The margin of each vector: log-odds of the label, before calibration.
  double[] margins(List<float[]> rows);

  /// What each column contributes to a vector's margin, and last what every vector starts from:
  /// together the margin (TreeSHAP; Lundberg et al. 2020).
  double[] contributions(float[] row);

  byte[] bytes();

  @Override
  void close();
}
