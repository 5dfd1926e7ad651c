package dev.countersign.trust.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.trust.predict.Retraining.Reason;
import dev.countersign.trust.predict.Retraining.Since;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetrainingTest {
  private static final Instant TRAINED = Instant.parse("2026-02-01T00:00:00Z");
  private static final Instant SOON = TRAINED.plusSeconds(60);

  @Test
  void fiftyNewLabelsAreEnough() {
    assertThat(Retraining.due(since(49), SOON)).isEmpty();
    assertThat(Retraining.due(since(50), SOON)).contains(Reason.NEW_LABELS);
  }

  @Test
  void afterADayOneIsEnough() {
    assertThat(Retraining.due(since(1), TRAINED.plusSeconds(86_399))).isEmpty();
    assertThat(Retraining.due(since(1), TRAINED.plusSeconds(86_400))).contains(Reason.DAILY);
    assertThat(Retraining.due(new Since(Optional.empty(), 1, 100, false, false, false), SOON))
        .isEmpty();
  }

  @Test
  void demandStageChangeAndDriftDoNotWait() {
    assertThat(Retraining.due(new Since(Optional.of(TRAINED), 1, 100, false, false, true), SOON))
        .contains(Reason.DRIFT);
    assertThat(Retraining.due(new Since(Optional.of(TRAINED), 1, 100, false, true, true), SOON))
        .contains(Reason.STAGE_CHANGE);
    assertThat(Retraining.due(new Since(Optional.of(TRAINED), 1, 100, true, true, true), SOON))
        .contains(Reason.DEMAND);
  }

  @Test
  void nothingNewIsNothingToLearnWhoeverAsks() {
    var later = TRAINED.plusSeconds(1_000_000);
    assertThat(Retraining.due(new Since(Optional.of(TRAINED), 0, 100, true, true, true), later))
        .isEmpty();
    assertThat(Retraining.due(new Since(Optional.empty(), 0, 100, true, true, true), later))
        .isEmpty();
  }

  @Test
  void whereThereAreManyLabelsItTakesMoreNewOnes() {
    assertThat(Retraining.due(many(999, false), SOON)).isEmpty();
    assertThat(Retraining.due(many(1_000, false), SOON)).contains(Reason.NEW_LABELS);
    assertThat(Retraining.due(many(199, true), SOON)).isEmpty();
    assertThat(Retraining.due(many(200, true), SOON)).contains(Reason.STAGE_CHANGE);
  }

  private static Since many(long labels, boolean stageChanged) {
    return new Since(Optional.of(TRAINED), labels, 20_000, false, stageChanged, false);
  }

  private static Since since(long labels) {
    return new Since(Optional.of(TRAINED), labels, 100, false, false, false);
  }
}
