package dev.countersign.trust.predict.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LearnThenTestTest {
  private static final List<Double> QUARTERS = List.of(0.1, 0.2, 0.3, 0.4);

  /// Four classes of risk with known harm rates and every sample of 24 outcomes: the probability of
  /// certifying a threshold whose true harm rate is over the budget, summed exactly.
  @Test
  void theExactProbabilityOfTooMuchHarmIsWithinOneMinusTheConfidence() {
    double worst = 0;
    for (var rates :
        List.of(
            new double[] {0.3, 0.3, 0.3, 0.3},
            new double[] {0.0, 0.6, 0.3, 0.3},
            new double[] {0.1, 0.3, 0.5, 0.9},
            new double[] {0.29, 0.31, 0.3, 0.3},
            new double[] {0.6, 0.0, 0.3, 0.3})) {
      double error = exactError(rates, 0.3, 0.8);
      assertThat(error).isLessThanOrEqualTo(0.2);
      worst = Math.max(worst, error);
    }
    // It is not kept by never certifying anything.
    assertThat(worst).isGreaterThan(0.02);
  }

  private static double exactError(double[] rates, double budget, double confidence) {
    int outcomes = 24;
    double error = 0;
    var harms = new int[4];
    // Six outcomes of each class: given the numbers, harms are binomial; all 7^4 of them.
    int each = outcomes / 4;
    for (int code = 0; code < Math.pow(each + 1, 4); code++) {
      double probability = 1;
      int rest = code;
      var sample = new ArrayList<Sampled>();
      for (int bin = 0; bin < 4; bin++) {
        harms[bin] = rest % (each + 1);
        rest /= each + 1;
        probability *= binomial(each, harms[bin], rates[bin]);
        for (int i = 0; i < each; i++) {
          sample.add(new Sampled(QUARTERS.get(bin), i < harms[bin]));
        }
      }
      if (probability > 0
          && LearnThenTest.certify(QUARTERS, sample, budget, confidence)
              instanceof Threshold.Certified certified) {
        int bins = QUARTERS.indexOf(certified.most()) + 1;
        double rate = 0;
        for (int bin = 0; bin < bins; bin++) {
          rate += rates[bin] / bins;
        }
        error += rate >= budget - 1e-12 ? probability : 0;
      }
    }
    return error;
  }

  private static double binomial(int n, int k, double p) {
    double ways = 1;
    for (int i = 0; i < k; i++) {
      ways = ways * (n - i) / (i + 1);
    }
    return ways * Math.pow(p, k) * Math.pow(1 - p, n - k);
  }

  @Test
  void withoutEnoughOutcomesThereIsNoThreshold() {
    assertThat(LearnThenTest.certify(QUARTERS, List.of(), 0.05, 0.95))
        .isEqualTo(new Threshold.None(0));
    // (1 - 0.05)^n <= 0.05 / 4 needs 86 outcomes without harm.
    assertThat(LearnThenTest.certify(List.of(0.1), clean(85), 0.05, 0.95).admits(0, 0.05))
        .isFalse();
    var threshold = LearnThenTest.certify(List.of(0.1), clean(86), 0.05, 0.95);
    assertThat(threshold.admits(0.1, 0.05)).isTrue();
    assertThat(threshold.admits(0.1000001, 0.05)).isFalse();
    assertThat(((Threshold.Certified) threshold).coverage().of()).isEqualTo(86);
  }

  private static List<Sampled> clean(int n) {
    var sample = new ArrayList<Sampled>();
    for (int i = 0; i < n; i++) {
      sample.add(new Sampled(0.1, false));
    }
    return sample;
  }

  @Test
  void moreHarmNeverMakesTheThresholdLarger() {
    Property.holdsFor(
        100,
        random -> {
          var sample = new ArrayList<Sampled>();
          for (int i = 0; i < 300; i++) {
            double risk = random.nextInt(0, 5) / 10.0;
            sample.add(new Sampled(risk, random.nextDouble() < risk / 2));
          }
          double before = most(LearnThenTest.certify(QUARTERS, sample, 0.1, 0.9));
          int changed = random.nextInt(sample.size());
          sample.set(changed, new Sampled(sample.get(changed).risk(), true));
          assertThat(most(LearnThenTest.certify(QUARTERS, sample, 0.1, 0.9)))
              .isLessThanOrEqualTo(before);
        });
  }

  private static double most(Threshold threshold) {
    return switch (threshold) {
      case Threshold.Certified certified -> certified.most();
      case Threshold.None _ -> -1;
    };
  }

  @Test
  void whatTenantsExecuteKeepsToTheBudgetInNineteenOfTwenty() {
    var random = new SplittableRandom(11);
    int kept = 0;
    int certified = 0;
    for (int tenant = 0; tenant < 100; tenant++) {
      double level = random.nextDouble(0.5, 3);
      var threshold = LearnThenTest.certify(twentieths(), sample(random, level, 1500), 0.1, 0.95);
      long executed = 0;
      long harmful = 0;
      for (var one : sample(random, level, 20_000)) {
        executed += threshold.admits(one.risk(), 0.1) ? 1 : 0;
        harmful += threshold.admits(one.risk(), 0.1) && one.harm() ? 1 : 0;
      }
      certified += executed > 0 ? 1 : 0;
      kept += harmful <= 0.1 * executed ? 1 : 0;
    }
    assertThat(certified).isGreaterThan(60);
    assertThat(kept).isGreaterThanOrEqualTo(95);
  }

  private static List<Double> twentieths() {
    var thresholds = new ArrayList<Double>();
    for (int i = 1; i < 20; i++) {
      thresholds.add(i / 20.0 * i / 20.0);
    }
    return thresholds;
  }

  /// Predicted risks that are not the true ones: these are `level` times as high.
  private static List<Sampled> sample(SplittableRandom random, double level, int n) {
    var sample = new ArrayList<Sampled>();
    for (int i = 0; i < n; i++) {
      double risk = random.nextDouble() * random.nextDouble();
      sample.add(new Sampled(risk, random.nextDouble() < Math.min(1, level * risk)));
    }
    return sample;
  }

  @Test
  void aBudgetOfNothingIsRefused() {
    assertThatThrownBy(() -> LearnThenTest.certify(QUARTERS, List.of(), 0, 0.95))
        .hasMessage("budget and confidence lie between 0 and 1");
  }
}
