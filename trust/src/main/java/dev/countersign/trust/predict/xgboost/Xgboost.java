package dev.countersign.trust.predict.xgboost;

import dev.countersign.trust.predict.Examples;
import dev.countersign.trust.predict.Learner;
import dev.countersign.trust.predict.Trees;
import dev.countersign.trust.predict.measure.Stated;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/// XGBoost as a learner (Chen & Guestrin 2016), with the settings that a few hundred to a hundred
/// thousand cases need. Safe for use by many threads.
public final class Xgboost implements Learner {
  static final String NAME = "xgboost4j 3.0.4";

  /// How many rounds may be kept; the latest examples say how many are.
  private static final List<Integer> ROUNDS =
      List.of(5, 10, 20, 30, 45, 65, 90, 120, 160, 220, 300);

  /// The share of the latest examples that stop the learning, where there are enough of them.
  private static final double WATCHED = 0.2;

  private static final int FEWEST_WATCHED = 20;
  private static final int FEW_ROUNDS = 20;

  private Xgboost() {}

  /// Whether the native library is there.
  public sealed interface Loaded {
    record Ready(Learner learner) implements Loaded {}

    /// @param why in words for an operator
    record Missing(String why) implements Loaded {}
  }

  /// Loads the native library, or says why not. What failed once fails again in this process: the
  /// JVM initialises a class once.
  public static Loaded load() {
    try {
      var probe = new DMatrix(new float[] {0, Float.NaN}, 2, 1, Float.NaN);
      try {
        return probe.rowNum() == 2
            ? new Loaded.Ready(new Xgboost())
            : new Loaded.Missing("xgboost4j cannot count");
      } finally {
        probe.dispose();
      }
    } catch (XGBoostError | LinkageError | RuntimeException e) {
      return new Loaded.Missing("xgboost4j cannot load: " + reason(e));
    }
  }

  /// Removes what killed processes left of the library in the folder for temporary files.
  public static void removeLeftovers(Instant now) {
    Unpacked.removeLeftovers(Path.of(System.getProperty("java.io.tmpdir")), now);
  }

  private static String reason(Throwable failure) {
    var cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Trees learn(Examples examples, long seed) {
    try {
      return new XgboostTrees(boosted(examples, rounds(examples, seed), seed));
    } catch (XGBoostError e) {
      throw new IllegalStateException("the trees cannot be learned", e);
    }
  }

  /// How many rounds the latest examples are served best by; they are learned from afterwards too.
  private static int rounds(Examples examples, long seed) throws XGBoostError {
    int cut = (int) (examples.size() * (1 - WATCHED));
    var earlier = examples.between(0, cut);
    if (examples.size() - cut < FEWEST_WATCHED
        || earlier.happened() == 0
        || earlier.happened() == cut) {
      return FEW_ROUNDS;
    }
    // Not by the library's own watching, which prints a line for each round.
    var watched = examples.between(cut, examples.size());
    var matrix = matrix(watched);
    var booster = boosted(earlier, ROUNDS.getLast(), seed);
    try {
      int best = ROUNDS.getFirst();
      double least = Double.POSITIVE_INFINITY;
      for (int rounds : ROUNDS) {
        double loss = loss(booster.predict(matrix, false, rounds), watched);
        if (loss < least) {
          least = loss;
          best = rounds;
        }
      }
      return best;
    } finally {
      booster.dispose();
      matrix.dispose();
    }
  }

  private static double loss(float[][] stated, Examples examples) {
    double sum = 0;
    for (int i = 0; i < stated.length; i++) {
      sum += new Stated(stated[i][0], examples.labels().get(i)).logLoss();
    }
    return sum;
  }

  private static Booster boosted(Examples examples, int rounds, long seed) throws XGBoostError {
    var matrix = matrix(examples);
    try {
      return XGBoost.train(
          matrix, settings(examples, seed), rounds, new LinkedHashMap<>(), null, null);
    } finally {
      matrix.dispose();
    }
  }

  private static Map<String, Object> settings(Examples examples, long seed) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("objective", "binary:logistic");
    settings.put("eval_metric", "logloss");
    settings.put("base_score", (double) examples.happened() / examples.size());
    settings.put("eta", 0.05);
    settings.put("max_depth", 4);
    settings.put("min_child_weight", 4);
    settings.put("lambda", 2);
    settings.put("tree_method", "hist");
    settings.put("nthread", 1);
    settings.put("seed", seed);
    settings.put("verbosity", 0);
    return settings;
  }

  @Override
  public Trees read(byte[] bytes) {
    try {
      var booster = XGBoost.loadModel(bytes);
      booster.setParam("nthread", 1);
      return new XgboostTrees(booster);
    } catch (XGBoostError | IOException e) {
      throw new IllegalArgumentException("the bytes are no trees", e);
    }
  }

  private static DMatrix matrix(Examples examples) throws XGBoostError {
    var matrix = matrix(examples.rows());
    var labels = new float[examples.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = examples.labels().get(i) ? 1 : 0;
    }
    matrix.setLabel(labels);
    return matrix;
  }

  static DMatrix matrix(List<float[]> rows) throws XGBoostError {
    int width = rows.getFirst().length;
    var values = new float[Math.multiplyExact(rows.size(), width)];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, values, i * width, width);
    }
    return new DMatrix(values, rows.size(), width, Float.NaN);
  }
}
