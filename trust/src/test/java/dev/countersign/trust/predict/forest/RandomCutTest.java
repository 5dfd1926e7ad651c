package dev.countersign.trust.predict.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RandomCutTest {
  private static final RandomCut FOREST = new RandomCut();

  @Test
  void whoStandsAloneScoresMoreAndInTheRightDimension() {
    var others = cloud(200);
    var usual = FOREST.score(others, new double[] {0, 0, 0});
    var alone = FOREST.score(others, new double[] {0, 8, 0});
    assertThat(alone.value()).isGreaterThan(2 * usual.value());
    assertThat(alone.shares().get(1)).isGreaterThan(0.7);
    assertThat(alone.shares().stream().mapToDouble(Double::doubleValue).sum())
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void theSamePointsGiveTheSameScore() {
    var others = cloud(336);
    var point = new double[] {1, 2, 3};
    assertThat(FOREST.score(others, point)).isEqualTo(new RandomCut().score(others, point));
  }

  @Test
  void fewAndEqualPointsAreNoError() {
    var same = List.of(new double[] {0, 0, 0}, new double[] {0, 0, 0});
    assertThat(FOREST.score(same, new double[] {0, 0, 0}).value()).isFinite();
    assertThat(FOREST.score(List.of(), new double[] {0, 0, 0}).shares()).hasSize(3);
  }

  private static List<double[]> cloud(int n) {
    var random = new SplittableRandom(1);
    var points = new ArrayList<double[]>();
    for (int i = 0; i < n; i++) {
      points.add(
          new double[] {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()});
    }
    return points;
  }
}
