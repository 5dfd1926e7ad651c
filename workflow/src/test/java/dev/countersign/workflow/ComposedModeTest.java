package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Digest;
import dev.countersign.testkit.Property;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ComposedModeTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final List<Mode> MODES = List.of(Mode.values());
  private static final Transition TRANSITION =
      new Transition(
          "advance",
          "intake",
          "review",
          "triage",
          new TreeSet<>(List.of("reviewer")),
          Handler.TRANSITION,
          Duration.ofDays(14),
          Optional.empty());

  @Test
  void strictestDecidesAndEveryReasonIsListedStrictestFirst() {
    Property.holdsFor(
        500,
        random -> {
          var reasons = new ArrayList<ModeReason>();
          int count = 1 + random.nextInt(6);
          for (int i = 0; i < count; i++) {
            var mode = MODES.get(random.nextInt(MODES.size()));
            reasons.add(new ModeReason("source" + i, mode, "reason"));
          }
          var composed = new ComposedMode(reasons);
          assertThat(composed.reasons())
              .containsExactlyInAnyOrderElementsOf(reasons)
              .isSortedAccordingTo((one, other) -> one.mode().compareTo(other.mode()));
          assertThat(reasons).allMatch(reason -> composed.mode().compareTo(reason.mode()) <= 0);
          assertThat(ComposedMode.read(composed.json())).isEqualTo(composed);
        });
  }

  @Test
  void silenceIsNoPermission() {
    assertThat(new ComposedMode(List.of()).mode()).isEqualTo(Mode.BLOCKED);
  }

  @Test
  void ceilingKeepsAPersonInFrontOfWhatTrustHasEarned() {
    var composed =
        new ComposedMode(List.of(ComposedMode.trust(Mode.FULL_AUTO), ComposedMode.CEILING));
    assertThat(composed.mode()).isEqualTo(Mode.PROPOSE);
  }

  @Test
  void lowConfidenceOrSafetyFallsBackToAPerson() {
    assertThat(ComposedMode.floor(prediction(0.49, 0.9))).hasSize(1);
    assertThat(ComposedMode.floor(prediction(0.9, 0.59))).hasSize(1);
    assertThat(ComposedMode.floor(prediction(0.1, 0.1))).hasSize(2);
    assertThat(ComposedMode.floor(prediction(0.50, 0.60))).isEmpty();
    assertThat(ComposedMode.floor(Prediction.NONE)).isEmpty();
  }

  @Test
  void gateThatNobodyAuthorizedIsClosed() {
    assertThat(ComposedMode.gate(Optional.empty(), TRANSITION, NOW))
        .extracting(ModeReason::mode)
        .containsExactly(Mode.BLOCKED);
  }

  @Test
  void gateIsOpenForItsTimeAndItsFormOnly() {
    var form = TRANSITION.digest();
    assertThat(gate(true, Optional.empty(), form)).isEmpty();
    assertThat(gate(true, Optional.of(NOW.plusSeconds(1)), form)).isEmpty();
    assertThat(gate(true, Optional.of(NOW), form)).hasSize(1);
    assertThat(gate(false, Optional.empty(), form)).hasSize(1);
    assertThat(gate(true, Optional.empty(), Digest.ZERO)).hasSize(1);
  }

  @Test
  void freezeStopsWhatItCoversUntilItIsLifted() {
    assertThat(freeze(Freeze.Scope.TENANT, Freeze.WHOLE_TENANT)).hasSize(1);
    assertThat(freeze(Freeze.Scope.SITE, "main")).hasSize(1);
    assertThat(freeze(Freeze.Scope.SITE, "other")).isEmpty();
    assertThat(freeze(Freeze.Scope.QUEUE, "intake")).hasSize(1);
    assertThat(freeze(Freeze.Scope.QUEUE, "review")).isEmpty();
    assertThat(freeze(Freeze.Scope.ACTION, "advance")).hasSize(1);
    assertThat(freeze(Freeze.Scope.ACTION, "reject")).isEmpty();
    var lifted =
        new Freeze(
            new UUID(1, 1),
            Freeze.Scope.TENANT,
            Freeze.WHOLE_TENANT,
            "audit",
            "somebody",
            NOW,
            Optional.of(new Freeze.Lifted("somebody", NOW, "done")));
    assertThat(ComposedMode.freezes(List.of(lifted), "main", "intake", "advance")).isEmpty();
  }

  private static List<ModeReason> gate(boolean authorized, Optional<Instant> until, Digest form) {
    var gate =
        new Gate(
            "refill", "advance", "triage", authorized, "somebody", NOW, until, "because", form);
    return ComposedMode.gate(Optional.of(gate), TRANSITION, NOW);
  }

  private static List<ModeReason> freeze(Freeze.Scope scope, String value) {
    var freeze =
        new Freeze(new UUID(1, 1), scope, value, "audit", "somebody", NOW, Optional.empty());
    return ComposedMode.freezes(List.of(freeze), "main", "intake", "advance");
  }

  private static Prediction prediction(double confidence, double safety) {
    return new Prediction(Optional.of(confidence), Optional.of(safety), Optional.empty());
  }
}
