package dev.countersign.trust.sequential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.testkit.Property;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateIntervalTest {
  private static final int HORIZON = 1500;

  /// Exactly: the probability that any of the first intervals misses the rate.
  @ParameterizedTest
  @ValueSource(doubles = {0.005, 0.01, 0.05, 0.2, 0.5, 0.9})
  void allIntervalsTogetherHoldAConstantRateInNinetyFiveOfAHundred(double rate) {
    double[] alive = new double[HORIZON + 2];
    alive[0] = 1;
    int least = 0;
    int most = 0;
    double missed = 0;
    for (int n = 1; n <= HORIZON; n++) {
      for (int s = n; s >= 0; s--) {
        alive[s] = alive[s] * (1 - rate) + (s > 0 ? alive[s - 1] * rate : 0);
      }
      while (RateInterval.of(n, least).high() < rate) {
        least++;
      }
      while (most < n && RateInterval.of(n, most + 1).low() <= rate) {
        most++;
      }
      for (int s = 0; s <= n; s++) {
        if (s < least || s > most) {
          missed += alive[s];
          alive[s] = 0;
        }
      }
    }
    assertThat(missed).isBetween(0.001, 0.05);
  }

  /// The mean so far of probabilities that someone moves with what he saw, in 400 runs.
  @Test
  void theRunningMeanOfChosenProbabilitiesIsHeldToo() {
    var random = new SplittableRandom(5);
    int missed = 0;
    for (int run = 0; run < 400; run++) {
      double sum = 0;
      int harms = 0;
      boolean out = false;
      for (int n = 1; n <= 400 && !out; n++) {
        // Pushes the count away from the mean of the probabilities, as hard as it can.
        double p = harms > sum ? 0.30 : 0.02;
        sum += p;
        harms += random.nextDouble() < p ? 1 : 0;
        if (n % 5 == 0) {
          var interval = RateInterval.of(n, harms);
          out = sum / n < interval.low() || sum / n > interval.high();
        }
      }
      missed += out ? 1 : 0;
    }
    // 5% of 400 are 20; with three standard deviations.
    assertThat(missed).isLessThan(33);
  }

  @Test
  void nothingSeenIsEverythingPossible() {
    assertThat(RateInterval.of(0, 0)).isEqualTo(new RateInterval(0, 1));
  }

  @Test
  void moreCleanObservationsOnlyLowerIt() {
    Property.holdsFor(
        200,
        random -> {
          int n = 1 + random.nextInt(2000);
          int s = random.nextInt(n + 1);
          var before = RateInterval.of(n, s);
          var after = RateInterval.of(n + 1, s);
          assertThat(before.low()).isLessThanOrEqualTo((double) s / n);
          assertThat(before.high()).isGreaterThanOrEqualTo((double) s / n);
          assertThat(after.high()).isLessThanOrEqualTo(before.high() + 1e-12);
          assertThat(after.low()).isLessThanOrEqualTo(before.low() + 1e-12);
        });
  }

  @Test
  void itNarrowsAsItShould() {
    // Clopper and Pearson's, which may be looked at once, ends at 0.0362.
    assertThat(RateInterval.of(100, 0).high()).isBetween(0.0362, 0.075);
    var many = RateInterval.of(100_000, 5_000);
    assertThat(many.high() - many.low()).isLessThan(0.006);
  }
}
