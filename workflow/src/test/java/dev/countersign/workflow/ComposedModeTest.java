package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.JsonReader;
import dev.countersign.policy.Outcome;
import dev.countersign.testkit.Property;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ComposedModeTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final List<Mode> MODES = List.of(Mode.values());
  private static final Transition TRANSITION = transition("");
  private static final Transition LIMITED = transition(", \"amount\": \"payout_cents\"");

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
        new ComposedMode(List.of(ComposedMode.trust(Mode.FULL_AUTO), ComposedMode.AUDIT));
    assertThat(composed.mode()).isEqualTo(Mode.PROPOSE);
  }

  @Test
  void guardedAutoAloneAsksWhetherItCanBeTakenBack() {
    var kept =
        called("{\"url\": \"https://a.example/b\", \"compensate_url\": \"https://a.example/c\"}");
    var gone = called("{\"url\": \"https://a.example/b\"}");
    for (var mode : MODES) {
      var said = List.of(ComposedMode.trust(mode));
      assertThat(ComposedMode.reversibility(TRANSITION, said)).isEmpty();
      assertThat(ComposedMode.reversibility(kept, said)).isEmpty();
      assertThat(ComposedMode.reversibility(gone, said))
          .as(mode.word())
          .extracting(ModeReason::source, ModeReason::mode)
          .isEqualTo(
              mode == Mode.GUARDED_AUTO
                  ? List.of(tuple("reversibility", Mode.PROPOSE))
                  : List.of());
    }
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
    var none = Optional.<Gate>empty();
    assertThat(ComposedMode.gate(none, none, TRANSITION, subject("{}"), NOW))
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

  @Test
  void gateIsOpenUpToItsAmountOnly() {
    var limited = Optional.of(said(Gate.EVERY_SITE, true, 0, Optional.of(100L), LIMITED));
    assertThat(gate(limited, Optional.empty(), LIMITED, "{\"payout_cents\": 100}")).isEmpty();
    assertThat(gate(limited, Optional.empty(), LIMITED, "{\"payout_cents\": 101}")).hasSize(1);
    assertThat(gate(limited, Optional.empty(), LIMITED, "{\"payout_cents\": 0.5}")).hasSize(1);
    assertThat(gate(limited, Optional.empty(), LIMITED, "{\"payout_cents\": \"1\"}")).hasSize(1);
    assertThat(gate(limited, Optional.empty(), LIMITED, "{}")).hasSize(1);
  }

  /// All that can be said for the tenant and for a site, in either order.
  @Test
  void siteAndTenantEachCloseAndEitherOpens() {
    for (boolean everywhere : List.of(true, false)) {
      for (boolean there : List.of(true, false)) {
        for (int later : List.of(0, 1, 2)) {
          var tenants =
              Optional.of(said(Gate.EVERY_SITE, everywhere, 1, Optional.empty(), TRANSITION));
          var sites = Optional.of(said("main", there, later, Optional.empty(), TRANSITION));
          boolean open = there && (everywhere || later > 1);
          assertThat(gate(tenants, sites, TRANSITION, "{}").isEmpty())
              .as("%s, %s at %d", everywhere, there, later)
              .isEqualTo(open);
        }
      }
    }
    var siteAlone = Optional.of(said("main", true, 0, Optional.empty(), TRANSITION));
    assertThat(gate(Optional.empty(), siteAlone, TRANSITION, "{}")).isEmpty();
  }

  @Test
  void aSiteMayHaveALargerAmountThanTheTenant() {
    var tenants = Optional.of(said(Gate.EVERY_SITE, true, 0, Optional.of(10L), LIMITED));
    var sites = Optional.of(said("main", true, 0, Optional.of(100L), LIMITED));
    assertThat(gate(tenants, sites, LIMITED, "{\"payout_cents\": 50}")).isEmpty();
    assertThat(gate(sites, tenants, LIMITED, "{\"payout_cents\": 50}")).isEmpty();
    assertThat(gate(tenants, sites, LIMITED, "{\"payout_cents\": 101}")).hasSize(1);
  }

  @Test
  void aGuardThatFailsOrDoesNotHoldBlocks() {
    assertThat(ComposedMode.guard(TRANSITION, new Outcome.Satisfied())).isEmpty();
    assertThat(ComposedMode.guard(TRANSITION, new Outcome.Unsatisfied()))
        .extracting(ModeReason::mode)
        .containsExactly(Mode.BLOCKED);
    assertThat(ComposedMode.guard(TRANSITION, new Outcome.Errored("no such key")))
        .extracting(ModeReason::mode)
        .containsExactly(Mode.BLOCKED);
  }

  private static List<ModeReason> gate(boolean authorized, Optional<Instant> until, Digest form) {
    var gate =
        new Gate(
            "refill",
            "advance",
            Gate.EVERY_SITE,
            "triage",
            authorized,
            "somebody",
            NOW,
            until,
            Optional.empty(),
            "because",
            form,
            List.of());
    return gate(Optional.of(gate), Optional.empty(), TRANSITION, "{}");
  }

  private static Gate said(
      String site, boolean authorized, int later, Optional<Long> upTo, Transition transition) {
    return new Gate(
        "refill",
        "advance",
        site,
        "triage",
        authorized,
        "somebody",
        NOW.plusSeconds(later),
        Optional.empty(),
        upTo,
        "because",
        transition.digest(),
        List.of());
  }

  private static List<ModeReason> gate(
      Optional<Gate> everywhere, Optional<Gate> there, Transition transition, String attributes) {
    return ComposedMode.gate(everywhere, there, transition, subject(attributes), NOW);
  }

  private static Case subject(String attributes) {
    return new Case(
        new UUID(1, 1),
        "RX-1",
        "main",
        "refill",
        1,
        "intake",
        CaseState.OPEN,
        1,
        JsonReader.readObject(attributes),
        NOW);
  }

  private static Transition called(String call) {
    return transition("http", ", \"call\": " + call);
  }

  private static Transition transition(String more) {
    return transition("transition", more);
  }

  private static Transition transition(String handler, String more) {
    var definition =
        """
        {"key": "refill", "title": "Refill", "queues": [{"name": "intake"}, {"name": "review"}],
         "transitions": [{"type": "advance", "from": "intake", "to": "review", "gate": "triage",
           "approver_roles": ["reviewer"], "handler": "%s"%s}]}
        """
            .formatted(handler, more);
    return WorkflowDefinition.parse(JsonReader.readObject(definition), 1)
        .transition("advance")
        .orElseThrow();
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
