package dev.countersign.trust.predict.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class MetricsTest {

  @Test
  void theNumbersAreThoseOfTheirDefinitions() {
    var metrics =
        Metrics.of(
            List.of(
                new Stated(0.9, true),
                new Stated(0.6, false),
                new Stated(0.4, true),
                new Stated(0.2, false)),
            0.5);
    assertThat(metrics.logLoss().value())
        .isCloseTo(
            -(Math.log(0.9) + Math.log(0.4) + Math.log(0.4) + Math.log(0.8)) / 4, within(1e-12));
    assertThat(metrics.brier().value()).isCloseTo((0.01 + 0.36 + 0.36 + 0.04) / 4, within(1e-12));
    assertThat(metrics.auc().orElseThrow().value()).isEqualTo(0.75);
    assertThat(metrics.calibrationError().value())
        .isCloseTo((0.1 + 0.6 + 0.6 + 0.2) / 4, within(1e-12));
    assertThat(metrics.baseLogLoss()).isCloseTo(Math.log(2), within(1e-12));
    assertThat(metrics.baseBrier()).isEqualTo(0.25);
    assertThat(metrics.improvement().value())
        .isCloseTo(Math.log(2) - metrics.logLoss().value(), within(1e-12));
  }

  @Test
  void theAreaIsTheShareOfPairsInTheRightOrder() {
    Property.holdsFor(
        100,
        random -> {
          var stated = some(random, random.nextInt(2, 60));
          double right = 0;
          double pairs = 0;
          for (var one : stated) {
            for (var other : stated) {
              if (one.happened() && !other.happened()) {
                pairs++;
                right +=
                    one.probability() > other.probability()
                        ? 1
                        : one.probability() == other.probability() ? 0.5 : 0;
              }
            }
          }
          var auc = Metrics.of(stated, 0.5).auc();
          if (pairs == 0) {
            assertThat(auc).isEmpty();
          } else {
            assertThat(auc.orElseThrow().value()).isCloseTo(right / pairs, within(1e-12));
          }
        });
  }

  private static List<Stated> some(RandomGenerator random, int n) {
    var stated = new ArrayList<Stated>();
    for (int i = 0; i < n; i++) {
      // Few different probabilities, so that there are ties.
      stated.add(new Stated(random.nextInt(0, 11) / 10.0, random.nextBoolean()));
    }
    return stated;
  }

  @Test
  void aConstantRanksNothingAndHasNoSkill() {
    var stated = new ArrayList<Stated>();
    for (int i = 0; i < 200; i++) {
      stated.add(new Stated(0.3, i % 3 == 0));
    }
    var metrics = Metrics.of(stated, 0.3);
    assertThat(metrics.auc().orElseThrow()).isEqualTo(new Measured(0.5, 0.5, 0.5));
    assertThat(metrics.skill()).isFalse();
    assertThat(metrics.curve()).hasSize(1);
    assertThat(metrics.curve().getFirst().rate()).isEqualTo(new BaseRate(67, 200));
  }

  @Test
  void theSameCasesGiveTheSameIntervals() {
    var stated = some(new SplittableRandom(3), 300);
    assertThat(Metrics.of(stated, 0.5)).isEqualTo(Metrics.of(stated, 0.5));
  }

  @Test
  void aboutNineteenOfTwentyIntervalsHoldTheTruth() {
    var random = new SplittableRandom(8);
    // The log-loss of a calibrated prediction of 0.2 or 0.7 is the mean of their entropies.
    double truth = (entropy(0.2) + entropy(0.7)) / 2;
    int held = 0;
    for (int round = 0; round < 200; round++) {
      var stated = new ArrayList<Stated>();
      for (int i = 0; i < 250; i++) {
        double p = random.nextBoolean() ? 0.2 : 0.7;
        stated.add(new Stated(p, random.nextDouble() < p));
      }
      var measured = Metrics.of(stated, 0.45).logLoss();
      held += measured.low() <= truth && truth <= measured.high() ? 1 : 0;
    }
    // Under 180 of 200 would have a probability of 0.001 at 95%.
    assertThat(held).isBetween(180, 200);
  }

  private static double entropy(double p) {
    return -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    var metrics = Metrics.of(some(new SplittableRandom(4), 100), 0.5);
    assertThat(Metrics.fromJson(metrics.toJson())).isEqualTo(metrics);
  }

  @Test
  void nothingPredictedIsNotMeasured() {
    assertThatThrownBy(() -> Metrics.of(List.of(), 0.5)).hasMessage("nothing was predicted");
    assertThatThrownBy(() -> new Stated(Double.NaN, true)).hasMessage("`NaN` is no probability");
  }
}
