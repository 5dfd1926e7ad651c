package dev.countersign.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrustScoreTest {

  @Test
  void anObservationWeighsHalfAfterTwentyThreeDays() {
    assertThat(DecayedMean.weightAt(23.1)).isCloseTo(0.5, within(0.0001));
    assertThat(DecayedMean.weightAt(30)).isCloseTo(0.4066, within(0.00005));
    assertThat(DecayedMean.weightAt(100)).isCloseTo(0.0498, within(0.00005));
    assertThat(DecayedMean.weightAt(0)).isEqualTo(1.0);
    assertThat(DecayedMean.weightAt(-5)).as("from the future").isEqualTo(1.0);
  }

  @Test
  void theScoreIsTheWeightedSumTimesTheOverrideFactor() {
    var good = score(1.0, 1.0, 0.95, 1.0, 0.0);
    assertThat(good.lowest()).isCloseTo(0.9875, within(1e-12));
    assertThat(good.highest()).isEqualTo(good.lowest());

    var overridden = score(0.8, 0.6, 0.4, 0.2, 0.5);
    assertThat(overridden.lowest()).isCloseTo((0.28 + 0.15 + 0.10 + 0.03) * 0.875, within(1e-12));
  }

  @Test
  void unknownPartsMakeTheScoreARange() {
    var nothing =
        new TrustScore(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertThat(nothing.lowest()).isEqualTo(0.0);
    assertThat(nothing.highest()).isCloseTo(1.0, within(1e-12));

    var withoutModel =
        new TrustScore(
            Optional.of(1.0),
            Optional.of(1.0),
            Optional.empty(),
            Optional.of(1.0),
            Optional.of(0.0));
    assertThat(withoutModel.lowest()).isCloseTo(0.75, within(1e-12));
    assertThat(withoutModel.highest()).isCloseTo(1.0, within(1e-12));
  }

  @Test
  void aStepsMeanIsUnknownIfOneOfItsPartsIs() {
    var score =
        new TrustScore(
            Optional.of(0.9),
            Optional.of(0.3),
            Optional.empty(),
            Optional.empty(),
            Optional.of(0.2));
    assertThat(score.over(List.of(Part.RELIABILITY)).orElseThrow())
        .isCloseTo(0.9 * 0.95, within(1e-12));
    assertThat(score.over(List.of(Part.RELIABILITY, Part.ALIGNMENT)).orElseThrow())
        .isCloseTo((0.35 * 0.9 + 0.25 * 0.3) / 0.6 * 0.95, within(1e-12));
    assertThat(score.over(List.of(Part.RELIABILITY, Part.ALIGNMENT, Part.SAFETY))).isEmpty();
  }

  @Test
  void aPartThatIsNoShareIsRefused() {
    assertThatThrownBy(() -> score(1.01, 1, 1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> score(1, Double.NaN, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theBoundIsWilsonsOnKishsCount() {
    // 1 of 10 and 20 of 100, one-sided, computed by hand from Wilson's formula.
    assertThat(mean(10, 1).lowerBound()).isCloseTo(0.0226, within(0.0001));
    assertThat(mean(100, 20).lowerBound()).isCloseTo(0.1425, within(0.0001));
    assertThat(mean(1, 1).lowerBound()).isCloseTo(0.2699, within(0.0001));
    assertThat(mean(50, 0).lowerBound()).isCloseTo(0.0, within(1e-12));
    assertThat(DecayedMean.NOTHING.lowerBound()).isEqualTo(0.0);
    // Ageing all of it alike tells as much as before.
    assertThat(mean(100, 20).decayed(0.3).effectiveCount()).isCloseTo(100, within(1e-9));
    // (1 + 0.5)^2 / (1 + 0.25)
    assertThat(DecayedMean.NOTHING.plus(1, true).plus(0.5, false).effectiveCount())
        .isCloseTo(1.8, within(1e-12));
  }

  @Test
  void whatHasDecayedToNothingIsUnknown() {
    assertThat(mean(10, 5).decayed(DecayedMean.weightAt(10_000)).mean()).isEmpty();
    assertThat(mean(10, 5).decayed(DecayedMean.weightAt(1e9)).mean()).isEmpty();
    assertThat(mean(10, 5).decayed(DecayedMean.weightAt(1e9)).lowerBound()).isEqualTo(0.0);
  }

  @Test
  void takingAnObservationBackLeavesNoTrace() {
    var once = DecayedMean.NOTHING.plus(0.3, true).decayed(0.7).minus(0.3 * 0.7, true);
    assertThat(once.mean()).isEmpty();
    assertThat(once.effectiveCount()).isEqualTo(0.0);
  }

  private static DecayedMean mean(int n, int hits) {
    var mean = DecayedMean.NOTHING;
    for (int i = 0; i < n; i++) {
      mean = mean.plus(1, i < hits);
    }
    return mean;
  }

  private static TrustScore score(double r, double a, double s, double v, double o) {
    return new TrustScore(
        Optional.of(r), Optional.of(a), Optional.of(s), Optional.of(v), Optional.of(o));
  }
}
