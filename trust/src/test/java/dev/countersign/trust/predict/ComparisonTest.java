package dev.countersign.trust.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.JsonReader;
import dev.countersign.trust.predict.features.Predictor;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Instant BEGIN = Instant.parse("2026-02-01T00:00:00Z");
  private static final Comparison FRESH =
      new Comparison(1, 2, at(0), 0, Stream.generate(() -> 0.0).limit(6).toList());

  private static Position at(long second) {
    return new Position(BEGIN.plusSeconds(second), new UUID(0, second));
  }

  /// The exact probability that a challenger without merit ever takes over within 3,000 labels:
  /// both state the same two probabilities the other way round, and the label is a fair coin, so
  /// that the wealth depends on the number of gains alone.
  @Test
  void aChallengerWithoutMeritWinsWithAtMostOnePercent() {
    int labels = 3000;
    var alive = new double[] {1};
    double crossed = 0;
    for (int n = 1; n <= labels; n++) {
      var next = new double[n + 1];
      for (int gains = 0; gains < n; gains++) {
        next[gains] += alive[gains] / 2;
        next[gains + 1] += alive[gains] / 2;
      }
      for (int gains = 0; gains <= n; gains++) {
        if (next[gains] > 0 && wealthAfter(gains, n - gains) >= Comparison.LINE) {
          crossed += next[gains];
          next[gains] = 0;
        }
      }
      alive = next;
    }
    assertThat(crossed).isBetween(0.001, 0.01);
  }

  private static final List<Double> UP = after(true);
  private static final List<Double> DOWN = after(false);

  private static List<Double> after(boolean gain) {
    return FRESH.with(at(1), 0.3, 0.7, gain).wealths();
  }

  private static double wealthAfter(int gains, int losses) {
    double sum = 0;
    for (int i = 0; i < UP.size(); i++) {
      sum += Math.exp(gains * UP.get(i) + losses * DOWN.get(i));
    }
    return sum / UP.size();
  }

  @Test
  void noStakeGrowsInExpectationUnderTheNull() {
    for (double champion : List.of(0.0, 0.2, 0.5, 0.97, 1.0)) {
      for (double challenger : List.of(0.0, 0.1, 0.5, 0.9, 1.0)) {
        // At the rate at which both have the same expected loss, the mean of each factor is 1.
        double gainIf = gain(champion, challenger, true);
        double gainIfNot = gain(champion, challenger, false);
        if (gainIf * gainIfNot < 0) {
          double rate = gainIfNot / (gainIfNot - gainIf);
          var with = FRESH.with(at(1), champion, challenger, true).wealths();
          var without = FRESH.with(at(1), champion, challenger, false).wealths();
          for (int i = 0; i < with.size(); i++) {
            double mean = rate * Math.exp(with.get(i)) + (1 - rate) * Math.exp(without.get(i));
            assertThat(mean).isBetween(1 - 1e-12, 1 + 1e-12);
          }
        }
      }
    }
  }

  private static double gain(double champion, double challenger, boolean happened) {
    return loss(champion, happened) - loss(challenger, happened);
  }

  private static double loss(double probability, boolean happened) {
    double clipped = Math.min(0.99, Math.max(0.01, probability));
    return -Math.log(happened ? clipped : 1 - clipped);
  }

  @Test
  void aBetterChallengerWinsAndAWorseOneNever() {
    assertThat(raced(0.5, 0.8, 1)).isBetween(20L, 300L);
    assertThat(raced(0.8, 0.5, 1)).isEqualTo(-1);
  }

  /// After how many labels that happen in 80 of 100 the challenger wins; -1 if not within 5,000.
  private static long raced(double champion, double challenger, long seed) {
    var random = new SplittableRandom(seed);
    var comparison = FRESH;
    for (int i = 1; i <= 5000; i++) {
      comparison = comparison.with(at(i), champion, challenger, random.nextDouble() < 0.8);
      if (comparison.won()) {
        return comparison.labels();
      }
    }
    return -1;
  }

  @Test
  void aLabelCountsOnceAndOnlyIfItIsNew() {
    var once = FRESH.with(at(5), 0.5, 0.8, true);
    assertThat(once.labels()).isEqualTo(1);
    assertThat(once.with(at(5), 0.5, 0.8, true)).isEqualTo(once);
    assertThat(once.with(at(4), 0.5, 0.8, true)).isEqualTo(once);
    assertThat(once.with(at(6), 0.5, 0.8, true).labels()).isEqualTo(2);
  }

  @Test
  void labelsThatEitherLearnedFromAreNotNew() {
    var champion = TrainingTest.fitted(Made.executions(200, 1, 1)).manifest();
    var made = Made.executions(400, 1, 1);
    var later =
        (Training.Trained.Fitted)
            new Training(Made.learner(), Predictor.OUTCOME, Made.AT_ONCE)
                .train(made, Made.end(made), 2);
    var comparison = Comparison.of(champion, later.manifest(), at(-1_000_000_000));
    var learned = new Position(Made.end(made), made.getLast().id());
    assertThat(comparison.with(learned, 0.5, 0.8, true).labels()).isZero();
    var fresh = new Position(Made.end(made).plusSeconds(1), new UUID(0, 0));
    assertThat(comparison.with(fresh, 0.5, 0.8, true).labels()).isEqualTo(1);
    var read = Comparison.of(champion, later.manifest(), fresh);
    assertThat(read.with(fresh, 0.5, 0.8, true).labels()).isZero();
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    var comparison = FRESH.with(at(5), 0.5, 0.8, true).with(at(7), 0.1, 0.2, false);
    var text = comparison.toJson().toString();
    assertThat(Comparison.fromJson(JsonReader.readObject(text))).isEqualTo(comparison);
  }

  @Test
  void aModelIsNotComparedWithItself() {
    assertThatThrownBy(() -> new Comparison(1, 1, at(0), 0, FRESH.wealths()))
        .hasMessage("a comparison is of two models");
  }
}
