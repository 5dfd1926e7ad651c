package dev.countersign.trust.predict.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.JsonReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoredHoursTest {

  /// Exchangeable hours without ties: each place among n + 1 is as likely as the next, so the share
  /// of places that alarm is the probability of a false alarm.
  @Test
  void anHourAlarmsWithAtMostTheProbabilityOfTheBudget() {
    for (int n : List.of(1, 100, 334, 335, 500, 671, 672, 1000, 1344)) {
      var earlier = scores(n);
      int alarms = 0;
      for (int place = 0; place <= n; place++) {
        // Between the scores 0 to n - 1, and never alarming by the other one.
        alarms += earlier.ranks(place - 0.5, -1).alarming() ? 1 : 0;
      }
      assertThat((double) alarms / (n + 1)).isLessThanOrEqualTo(ScoredHours.BUDGET / 2);
      assertThat(alarms > 0).as("with %s hours", n).isEqualTo(n >= ScoredHours.FEWEST);
    }
  }

  @Test
  void equalScoresAreNotUnusual() {
    var same = new ScoredHours(Collections.nCopies(1000, 1.0), Collections.nCopies(1000, 0.0));
    assertThat(same.ranks(1, 0).alarming()).isFalse();
    assertThat(same.ranks(1.1, 0).alarming()).isTrue();
  }

  @Test
  void onlyEightWeeksAreKept() {
    var hours = scores(ScoredHours.MOST);
    var next = hours.with(7, 8);
    assertThat(next.forest()).hasSize(ScoredHours.MOST).startsWith(1.0).endsWith(7.0);
    assertThat(next.deviation()).endsWith(8.0);
    assertThat(ScoredHours.NONE.missing()).isEqualTo(335);
    assertThat(next.missing()).isZero();
    assertThat(ScoredHours.fromJson(JsonReader.readObject(next.toJson().toString())))
        .isEqualTo(next);
  }

  private static ScoredHours scores(int n) {
    var scores = new ArrayList<Double>();
    for (int i = 0; i < n; i++) {
      scores.add((double) i);
    }
    return new ScoredHours(scores, scores);
  }
}
