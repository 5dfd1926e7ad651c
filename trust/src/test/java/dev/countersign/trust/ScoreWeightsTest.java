package dev.countersign.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.JsonReader;
import dev.countersign.testkit.Property;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ScoreWeightsTest {

  @Test
  void everyShareOfFourDecimalsIsReadExactlyAndNoOther() {
    for (int units = 0; units <= ScoreWeights.ONE; units++) {
      var written = BigDecimal.valueOf(units, ScoreWeights.DECIMALS);
      assertThat(ScoreWeights.units(Double.parseDouble(written.toString()))).contains(units);
      var finer = written.add(new BigDecimal("0.00005"));
      assertThat(ScoreWeights.units(finer.doubleValue())).isEmpty();
    }
    for (double none : new double[] {-0.1, 1.0001, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThat(ScoreWeights.units(none)).isEmpty();
    }
  }

  /// As doubles some come to less than one, and some to more.
  @Test
  void whatAddsUpInDecimalsAddsUpHere() {
    assertThat(0.7 + 0.1 + 0.1 + 0.1).isNotEqualTo(1.0);
    var weights = new ScoreWeights(7_000, 1_000, 1_000, 1_000, 0);
    assertThat(weights.of(Part.RELIABILITY)).isEqualTo(0.7);
    assertThat(0.4543 + 0.5187 + 0.0237 + 0.0033).isGreaterThan(1.0);
    var over = new ScoreWeights(4_543, 5_187, 237, 33, 0);
    assertThat(score(over, 1, 1, 1, 1, 1).lowest()).isEqualTo(1.0);
  }

  @Test
  void theUsualOnesAreThoseOfTheSpecificationBitForBit() {
    assertThat(Part.values())
        .extracting(ScoreWeights.USUAL::of)
        .containsExactly(0.35, 0.25, 0.25, 0.15);
    assertThat(ScoreWeights.USUAL.factor(1)).isEqualTo(0.75);
  }

  @Test
  void weightsThatAreNoneAreRefused() {
    for (int[] bad :
        List.of(
            new int[] {0, 5_000, 2_500, 2_500, 0},
            new int[] {3_500, 2_500, 2_500, 1_501, 0},
            new int[] {3_500, 2_500, 2_500, 1_499, 0},
            new int[] {12_500, -2_500, 0, 0, 0},
            new int[] {10_000, 0, 0, 0, -1},
            new int[] {10_000, 0, 0, 0, 10_001},
            new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE, 10_002, 0, 0})) {
      assertThatThrownBy(() -> new ScoreWeights(bad[0], bad[1], bad[2], bad[3], bad[4]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theScoreFollowsTheWeights() {
    var all = new ScoreWeights(10_000, 0, 0, 0, 10_000);
    assertThat(score(all, 0.8, 0.1, 0.1, 0.1, 0.5).lowest()).isEqualTo(0.4);
    var none = new ScoreWeights(1_000, 9_000, 0, 0, 0);
    assertThat(score(none, 1.0, 0.5, 0, 0, 1).lowest()).isEqualTo(0.1 + 0.9 * 0.5);
    assertThat(score(none, 1.0, 0.5, 0, 0, 1).over(List.of(Part.RELIABILITY))).contains(1.0);
  }

  /// A weight says how much a part counts, not whether it has to be known.
  @Test
  void aPartThatWeighsNothingIsRequiredAllTheSame() {
    var score =
        new TrustScore(
            Optional.of(1.0),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(0.0),
            new ScoreWeights(10_000, 0, 0, 0, 2_500));
    assertThat(score.over(List.of(Part.RELIABILITY, Part.ALIGNMENT))).isEmpty();
    assertThat(score.lowest()).isEqualTo(score.highest()).isEqualTo(1.0);
  }

  @Test
  void everyScoreIsAShareAndItsRangeIsNotUpsideDown() {
    Property.holdsFor(
        2_000,
        random -> {
          var weights = any(random);
          var score =
              new TrustScore(
                  part(random), part(random), part(random), part(random), part(random), weights);
          assertThat(score.lowest()).isBetween(0.0, score.highest());
          assertThat(score.highest()).isLessThanOrEqualTo(1.0);
        });
  }

  @Test
  void weightsSurviveTheirText() {
    Property.holdsFor(
        500,
        random -> {
          var weights = any(random);
          var text = weights.toJson().toString();
          assertThat(ScoreWeights.fromJson(JsonReader.readObject(text))).isEqualTo(weights);
        });
  }

  @Test
  void aSettingSurvivesItsTextAndOneOfBeforeHasTheUsualWeights() {
    var weights = new ScoreWeights(1, 9_999, 0, 0, 10_000);
    var setting =
        new Setting(Profile.DEMO, Promotion.AUTOMATIC, Setting.DEFAULT_BUDGETS, 0.002, weights);
    var text = setting.toJson().toString();
    assertThat(Setting.fromJson(JsonReader.readObject(text))).isEqualTo(setting);
    var old = text.substring(0, text.indexOf(",\"score_weights\"")) + "}";
    assertThat(Setting.fromJson(JsonReader.readObject(old)).weights())
        .isEqualTo(ScoreWeights.USUAL);
    assertThatThrownBy(
            () -> Setting.fromJson(JsonReader.readObject(text.replace("0.9999", "0.9998"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static ScoreWeights any(RandomGenerator random) {
    int reliability = 1 + random.nextInt(ScoreWeights.ONE);
    int alignment = random.nextInt(ScoreWeights.ONE - reliability + 1);
    int safety = random.nextInt(ScoreWeights.ONE - reliability - alignment + 1);
    return new ScoreWeights(
        reliability,
        alignment,
        safety,
        ScoreWeights.ONE - reliability - alignment - safety,
        random.nextInt(ScoreWeights.ONE + 1));
  }

  private static Optional<Double> part(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(1.0);
      default -> Optional.of(random.nextDouble());
    };
  }

  private static TrustScore score(
      ScoreWeights weights, double r, double a, double s, double v, double o) {
    return new TrustScore(
        Optional.of(r), Optional.of(a), Optional.of(s), Optional.of(v), Optional.of(o), weights);
  }
}
