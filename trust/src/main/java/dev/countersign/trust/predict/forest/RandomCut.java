package dev.countersign.trust.predict.forest;

import com.amazon.randomcutforest.RandomCutForest;
import dev.countersign.trust.predict.anomaly.CutForest;
import java.util.ArrayList;
import java.util.List;

/// A random cut forest (Guha, Mishra, Roy & Schrijvers 2016), built anew for each score from the
/// points it is given, all of which its trees hold. Safe for use by many threads.
public final class RandomCut implements CutForest {
  private static final int TREES = 30;
  private static final long SEED = 46;

  @Override
  public Score score(List<double[]> others, double[] point) {
    var forest = empty(point.length, Math.max(2, others.size()));
    others.forEach(other -> forest.update(floats(other)));
    return score(forest, point);
  }

  private static RandomCutForest empty(int dimensions, int kept) {
    return RandomCutForest.builder()
        .dimensions(dimensions)
        .sampleSize(kept)
        .outputAfter(1)
        .numberOfTrees(TREES)
        .randomSeed(SEED)
        .parallelExecutionEnabled(false)
        .build();
  }

  private static Score score(RandomCutForest forest, double[] point) {
    var parts = forest.getAnomalyAttribution(floats(point));
    double all = parts.getHighLowSum();
    var shares = new ArrayList<Double>();
    for (int i = 0; i < point.length; i++) {
      shares.add(all > 0 ? parts.getHighLowSum(i) / all : 0);
    }
    return new Score(forest.getAnomalyScore(floats(point)), shares);
  }

  private static float[] floats(double[] point) {
    var floats = new float[point.length];
    for (int i = 0; i < point.length; i++) {
      floats[i] = (float) point[i];
    }
    return floats;
  }
}
