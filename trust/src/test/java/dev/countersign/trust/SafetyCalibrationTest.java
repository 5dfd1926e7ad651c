package dev.countersign.trust;

import static dev.countersign.trust.FoldedScope.MORNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.kernel.JsonReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// S: one minus the Brier score of what our own model stated before anybody decided.
class SafetyCalibrationTest {
  private final FoldedScope scope = new FoldedScope(FoldedScope.DEMO_SIGNED);

  @Test
  void withoutAModelItIsUnknown() {
    story(Optional.empty(), true, MORNING);
    assertThat(scope.state().score().safety()).isEmpty();
    assertThat(scope.state().score().alignment()).contains(1.0);
  }

  @Test
  void itIsOneMinusTheMeanSquaredError() {
    story(Optional.of(0.9), true, MORNING);
    story(Optional.of(0.6), false, MORNING);
    assertThat(scope.state().score().safety().orElseThrow())
        .isCloseTo(1 - (0.01 + 0.36) / 2, within(1e-12));
  }

  @Test
  void whatWasStatedAfterwardsIsNotCounted() {
    var proposal = UUID.randomUUID();
    scope.fold(new TrustEvent.Decided(proposal, true, MORNING, true));
    scope.fold(shown(proposal, Optional.of(1.0), MORNING));
    finish(proposal, true, MORNING);
    assertThat(scope.state().score().safety()).isEmpty();
  }

  @Test
  void aCorrectionTakesTheFirstReportBack() {
    var proposal = story(Optional.of(0.8), true, MORNING);
    scope.fold(
        new TrustEvent.OutcomeObserved(
            proposal, false, Severity.MINOR, Optional.empty(), Optional.empty(), MORNING));
    assertThat(scope.state().score().safety().orElseThrow()).isCloseTo(1 - 0.64, within(1e-12));
  }

  @Test
  void aRollbackIsAFailure() {
    var proposal = story(Optional.of(0.8), true, MORNING);
    scope.fold(new TrustEvent.RolledBack(proposal, MORNING));
    assertThat(scope.state().score().safety().orElseThrow()).isCloseTo(1 - 0.64, within(1e-12));
  }

  @Test
  void whatWasStatedSurvivesBeingStored() {
    var proposal = UUID.randomUUID();
    scope.fold(shown(proposal, Optional.of(0.7), MORNING));
    scope.fold(new TrustEvent.Decided(proposal, true, MORNING, true));
    var memory = scope.memoryOf(proposal).orElseThrow();
    assertThat(memory.stated()).contains(0.7);
    assertThat(Remembered.fromJson(JsonReader.readObject(memory.toJson().toString())))
        .isEqualTo(memory);
  }

  @Test
  void theNumbersOfTheSpecification() {
    // R = A = 1, S = 0.95, V = 1, O = 0 gives 0.9875: an error of the root of 0.05.
    var proposal = UUID.randomUUID();
    scope.fold(shown(proposal, Optional.of(1 - Math.sqrt(0.05)), MORNING));
    scope.fold(new TrustEvent.Decided(proposal, true, MORNING, true));
    scope.fold(new TrustEvent.Executed(proposal, MORNING, false));
    scope.fold(
        new TrustEvent.OutcomeObserved(
            proposal, true, Severity.NONE, Optional.of(600L), Optional.of(600L), MORNING));
    assertThat(scope.state().score().lowest()).isCloseTo(0.9875, within(1e-12));
    assertThat(scope.state().score().highest()).isCloseTo(0.9875, within(1e-12));
  }

  private UUID story(Optional<Double> stated, boolean success, Instant at) {
    var proposal = UUID.randomUUID();
    scope.fold(shown(proposal, stated, at));
    scope.fold(new TrustEvent.Decided(proposal, true, at, true));
    finish(proposal, success, at);
    return proposal;
  }

  private void finish(UUID proposal, boolean success, Instant at) {
    scope.fold(new TrustEvent.Executed(proposal, at, false));
    scope.fold(
        new TrustEvent.OutcomeObserved(
            proposal,
            success,
            success ? Severity.NONE : Severity.MINOR,
            Optional.empty(),
            Optional.empty(),
            at));
  }

  private static TrustEvent shown(UUID proposal, Optional<Double> stated, Instant at) {
    var said =
        new TrustEvent.Said(Optional.of("api_key:bot"), Optional.empty(), Optional.empty(), stated);
    return new TrustEvent.Proposed(proposal, at, Duration.ofDays(3), Optional.empty(), said);
  }
}
