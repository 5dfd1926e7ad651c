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
    assertThat(Retraining.due(new Since(Optional.empty(), 1, false, false, false), SOON)).isEmpty();
  }

  @Test
  void demandStageChangeAndDriftDoNotWait() {
    assertThat(Retraining.due(new Since(Optional.of(TRAINED), 1, false, false, true), SOON))
        .contains(Reason.DRIFT);
    assertThat(Retraining.due(new Since(Optional.of(TRAINED), 1, false, true, true), SOON))
        .contains(Reason.STAGE_CHANGE);
    assertThat(Retraining.due(new Since(Optional.of(TRAINED), 1, true, true, true), SOON))
        .contains(Reason.DEMAND);
  }

  @Test
  void nothingNewIsNothingToLearnWhoeverAsks() {
    var later = TRAINED.plusSeconds(1_000_000);
    assertThat(Retraining.due(new Since(Optional.of(TRAINED), 0, true, true, true), later))
        .isEmpty();
    assertThat(Retraining.due(new Since(Optional.empty(), 0, true, true, true), later)).isEmpty();
  }

  private static Since since(long labels) {
    return new Since(Optional.of(TRAINED), labels, false, false, false);
  }
}
