package dev.countersign.trust.predict.xgboost;

import dev.countersign.trust.predict.Trees;
import java.util.List;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/// A booster, asked by one thread at a time: its caches are not made for many.
final class XgboostTrees implements Trees {

  /// JSON's binary form, which later versions read too.
  private static final String FORMAT = "ubj";

  private final Booster booster;

  XgboostTrees(Booster booster) {
    this.booster = booster;
  }

  private interface Asked {
    float[][] of(DMatrix matrix) throws XGBoostError;
  }

  @Override
  public double[] margins(List<float[]> rows) {
    if (rows.isEmpty()) {
      return new double[0];
    }
    var answers = ask(rows, matrix -> booster.predict(matrix, true));
    var margins = new double[rows.size()];
    for (int i = 0; i < margins.length; i++) {
      margins[i] = answers[i][0];
    }
    return margins;
  }

  @Override
  public double[] contributions(float[] row) {
    var answers = ask(List.of(row), matrix -> booster.predictContrib(matrix, 0))[0];
    var contributions = new double[answers.length];
    for (int i = 0; i < answers.length; i++) {
      contributions[i] = answers[i];
    }
    return contributions;
  }

  private synchronized float[][] ask(List<float[]> rows, Asked asked) {
    try {
      var matrix = Xgboost.matrix(rows);
      try {
        return asked.of(matrix);
      } finally {
        matrix.dispose();
      }
    } catch (XGBoostError e) {
      throw new IllegalStateException("the trees cannot be asked", e);
    }
  }

  @Override
  public synchronized byte[] bytes() {
    try {
      return booster.toByteArray(FORMAT);
    } catch (XGBoostError e) {
      throw new IllegalStateException("the trees cannot be written", e);
    }
  }

  @Override
  public synchronized void close() {
    booster.dispose();
  }
}
