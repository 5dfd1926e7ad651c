package dev.countersign.trust.predict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RunLengthTest {

  /// Over all 2^14 sequences of a fair coin: the expected mean is exactly the number of
  /// observations, which is what the mean run length follows from.
  @Test
  void theExpectedStatisticIsTheNumberOfObservations() {
    int observations = 14;
    double sum = 0;
    for (int sequence = 0; sequence < 1 << observations; sequence++) {
      var watched = RunLength.start(3);
      for (int i = 0; i < observations; i++) {
        double side = (sequence >> i & 1) == 1 ? 1 : -1;
        watched = watched.next(List.of(1 + 0.5 * side, 1 - 0.9 * side, 1 + 0.1 * side));
      }
      sum += watched.mean();
    }
    assertThat(sum / (1 << observations)).isCloseTo(observations, within(1e-9));
  }

  @Test
  void theMeanRunLengthIsAtLeastTheLine() {
    var random = new SplittableRandom(7);
    double line = 200;
    double sum = 0;
    int runs = 2000;
    for (int run = 0; run < runs; run++) {
      var watched = RunLength.start(2);
      int length = 0;
      while (watched.mean() < line) {
        double side = random.nextBoolean() ? 1 : -1;
        watched = watched.next(List.of(1 + 0.5 * side, 1 - 0.5 * side));
        length++;
      }
      sum += length;
    }
    // Exponential lengths: the mean of 2,000 has a deviation of about a fortieth.
    assertThat(sum / runs).isBetween(line, 3 * line);
  }

  @Test
  void aStatisticStaysFinite() {
    var watched = RunLength.start(1);
    for (int i = 0; i < 10_000; i++) {
      watched = watched.next(List.of(1.9));
    }
    assertThat(watched.mean()).isFinite();
    assertThat(watched.alarmed()).isTrue();
    assertThat(RunLength.fromJson(watched.toJson())).isEqualTo(watched);
  }

  @Test
  void aDamagedStatisticIsRefused() {
    assertThatThrownBy(() -> new RunLength(List.of(Double.NaN)))
        .hasMessage("a statistic is at least 0");
  }

  @Test
  void calibratedPredictionsRaiseNothingAndOverstatedOnesSoon() {
    assertThat(labelsUntilAlarm(0, 3)).isGreaterThan(20_000);
    assertThat(labelsUntilAlarm(0.01, 3)).isGreaterThan(20_000);
    assertThat(labelsUntilAlarm(0.2, 3)).isLessThan(400);
  }

  /// How many labels it takes if as many percent less happens than stated; 20,001 if it takes more.
  private static int labelsUntilAlarm(double less, long seed) {
    var random = new SplittableRandom(seed);
    var drift = CalibrationDrift.START;
    for (int i = 1; i <= 20_000; i++) {
      double stated = 0.3 + 0.6 * random.nextDouble();
      drift = drift.with(stated, random.nextDouble() < stated - less);
      if (drift.alarmed()) {
        assertThat(drift.overstated()).isTrue();
        assertThat(CalibrationDrift.fromJson(drift.toJson())).isEqualTo(drift);
        return i;
      }
    }
    return 20_001;
  }

  @Test
  void noBetOnCalibrationGrowsWithinTheTolerance() {
    for (double stated = 0; stated <= 1; stated += 0.125) {
      for (double off : List.of(-CalibrationDrift.TOLERANCE, 0.0, CalibrationDrift.TOLERANCE)) {
        double rate = Math.min(1, Math.max(0, stated + off));
        var yes = CalibrationDrift.START.with(stated, true).watched().statistics();
        var no = CalibrationDrift.START.with(stated, false).watched().statistics();
        for (int i = 0; i < yes.size(); i++) {
          assertThat(yes.get(i)).isNotNegative();
          assertThat(no.get(i)).isNotNegative();
          assertThat(rate * yes.get(i) + (1 - rate) * no.get(i)).isLessThanOrEqualTo(1 + 1e-12);
        }
      }
    }
  }
}
