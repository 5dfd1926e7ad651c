package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.PolicyProblem;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Predicates.Compilation;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.cel.CelPredicates;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The packs that ship are packs, and what must not pass does not pass on any way through them.
class PackTest {
  private final CelPredicates language = new CelPredicates();

  @Test
  void pharmacyHasItsQueuesInOrderWithTheNamesThatPeopleSee() {
    var queues = ShippedPacks.pack("pharmacy-refill").workflow().queues();
    assertThat(queues.stream().limit(7).map(Queue::name))
        .containsExactly(
            "contact_manager",
            "inbound_comms",
            "data_entry",
            "pre_verification",
            "dispensing",
            "verification",
            "rejection_resolution");
    assertThat(queues.stream().limit(6).map(Queue::title))
        .containsExactly(
            "Intake", "Triage", "Data Entry", "Verification", "Processing", "Complete");
  }

  @Test
  void claimsAndOnboardingHaveTheNamesThatPeopleSee() {
    assertThat(
            ShippedPacks.pack("insurance-claim").workflow().queues().stream()
                .limit(6)
                .map(Queue::title))
        .containsExactly("Intake", "Triage", "Assessment", "Review", "Approval", "Settled");
    assertThat(
            ShippedPacks.pack("hr-onboarding").workflow().queues().stream()
                .limit(6)
                .map(Queue::title))
        .containsExactly(
            "Request", "Documents", "Background Check", "Provisioning", "Training", "Complete");
  }

  @Test
  void scenariosStartWhereTheyShouldAndSayHowLongAPersonTakes() {
    assertThat(
            ShippedPacks.pack("pharmacy-refill").scenarios().stream()
                .map(each -> each.name() + " " + each.queue() + " " + each.manualSeconds()))
        .containsExactly(
            "standard_refill inbound_comms 240",
            "insurance_rejected data_entry 900",
            "prior_authorization_required pre_verification 600",
            "no_refills_left contact_manager 480",
            "no_insurance data_entry 360");
    assertThat(manualSeconds("insurance-claim")).containsOnly(720L);
    assertThat(manualSeconds("hr-onboarding")).containsOnly(14_400L);
    assertThat(
            Stream.of("RX-1001", "CLM-2001", "ONB-3001")
                .filter(first ->
                    ShippedPacks.SCENARIOS.stream()
                        .anyMatch(name ->
                            ShippedPacks.pack(name).cases().getFirst().reference().equals(first))))
        .hasSize(3);
  }

  private static Stream<Long> manualSeconds(String pack) {
    return ShippedPacks.pack(pack).scenarios().stream().map(Pack.Scenario::manualSeconds);
  }

  @Test
  void aCaseHasTheFactsAndTheTasksOfItsScenario() {
    var rejected = ShippedPacks.pack("pharmacy-refill").cases().get(1);
    assertThat(rejected.queue()).isEqualTo("data_entry");
    assertThat(rejected.attributes().text("scenario")).contains("insurance_rejected");
    assertThat(rejected.attributes().text("patient_message")).contains("insurance_update_request");
    assertThat(rejected.tasks()).extracting(TaskTemplate::type).containsExactly("contact_patient");
  }

  @Test
  void everyTransitionHasAGateThatThePackSaysSomethingOf() {
    for (var name : ShippedPacks.SCENARIOS) {
      var pack = ShippedPacks.pack(name);
      assertThat(pack.gates().stream().map(Pack.InitialGate::transition))
          .as(name)
          .containsExactlyInAnyOrderElementsOf(
              pack.workflow().transitions().stream().map(Transition::type).toList());
      pack.workflow().check(language);
    }
  }

  @Test
  void everyPolicyIsFitForUse() {
    for (var name : ShippedPacks.SCENARIOS) {
      var set = new PolicySet(ShippedPacks.pack(name).policies(), PolicySet.DEFAULT_THRESHOLD);
      assertThat(PolicyProblem.in(set, new CelConditions())).as(name).isEmpty();
    }
  }

  @Test
  void everyQueueIsReachedAndAllButTheLastLeadOn() {
    var last = new TreeSet<String>();
    for (var name : ShippedPacks.SCENARIOS) {
      var workflow = ShippedPacks.pack(name).workflow();
      for (var queue : workflow.queues()) {
        boolean reached =
            workflow.transitions().stream()
                .anyMatch(transition -> transition.to().equals(queue.name()));
        assertThat(reached || queue.equals(workflow.firstQueue()))
            .as(name + " " + queue.name())
            .isTrue();
        if (workflow.leadingFrom(queue.name()).isEmpty()) {
          last.add(queue.name());
        }
      }
    }
    assertThat(last).containsExactly("complete", "settled", "verification");
  }

  @Test
  void aRejectedClaimOrAPendingAuthorizationIsDispensedOnNoWay() {
    for (var facts :
        List.of(
            "{\"insurance_result\": \"rejected\", \"refills\": 3}",
            "{\"insurance_result\": \"pa_required\", \"prior_authorization\": \"pending\", \"refills\": 3}",
            "{\"insurance_result\": \"pa_required\", \"prior_authorization\": \"denied\", \"refills\": 3}",
            "{\"insurance_result\": \"pa_required\", \"refills\": 3}",
            "{\"refills\": 3}")) {
      assertThat(entered("pharmacy-refill", facts))
          .as(facts)
          .isNotEmpty()
          .doesNotContain("dispensing", "verification");
    }
    assertThat(entered("pharmacy-refill", "{\"insurance_result\": \"accepted\", \"refills\": 3}"))
        .contains("dispensing", "verification")
        .doesNotContain("rejection_resolution");
  }

  @Test
  void withoutRefillsNothingIsEnteredBeforeThePrescriberAgrees() {
    var none = "{\"insurance_result\": \"accepted\", \"refills\": 0%s}";
    var way = leading("pharmacy-refill", "to_data_entry");
    assertThat(way.holds(none.formatted(""))).isFalse();
    assertThat(way.holds(none.formatted(", \"refill_authorized\": false"))).isFalse();
    assertThat(way.holds(none.formatted(", \"refill_authorized\": true"))).isTrue();
  }

  @Test
  void aSuspectedClaimIsSettledOnNoWay() {
    var facts =
        "{\"policy_status\": \"%s\", \"payout_cents\": %d, \"sum_insured_cents\": 1000, \"fraud_finding\": \"%s\"}";
    for (var not :
        List.of(
            facts.formatted("active", 500, "suspected"),
            facts.formatted("active", 500, "confirmed"),
            facts.formatted("lapsed", 500, "none"),
            facts.formatted("active", 0, "none"),
            facts.formatted("active", 1001, "none"),
            "{}")) {
      assertThat(entered("insurance-claim", not)).as(not).doesNotContain("approval", "settled");
    }
    assertThat(entered("insurance-claim", facts.formatted("active", 500, "cleared")))
        .contains("settled");
  }

  @Test
  void aFailedBackgroundCheckIsPassedOnNoWay() {
    for (var check : List.of("failed", "pending")) {
      assertThat(
              entered(
                  "hr-onboarding",
                  "{\"documents_complete\": true, \"background_check\": \"%s\"}".formatted(check)))
          .as(check)
          .contains("background_check")
          .doesNotContain("provisioning", "training", "complete");
    }
    assertThat(
            entered(
                "hr-onboarding",
                "{\"documents_complete\": true, \"background_check\": \"passed\"}"))
        .contains("complete");
  }

  /// Every queue that a case of these facts comes to by some transition, wherever it was opened.
  private Set<String> entered(String pack, String facts) {
    var workflow = ShippedPacks.pack(pack).workflow();
    var entered = new TreeSet<String>();
    var open = new ArrayDeque<String>();
    workflow.queues().forEach(queue -> open.add(queue.name()));
    while (!open.isEmpty()) {
      for (var transition : workflow.leadingFrom(open.remove())) {
        if (new Way(transition).holds(facts) && entered.add(transition.to())) {
          open.add(transition.to());
        }
      }
    }
    return entered;
  }

  private Way leading(String pack, String type) {
    return new Way(ShippedPacks.pack(pack).workflow().transition(type).orElseThrow());
  }

  private final class Way {
    private final Transition transition;

    Way(Transition transition) {
      this.transition = transition;
    }

    /// Whether the guard of the transition holds of a case of these facts.
    boolean holds(String facts) {
      if (transition.guard().isEmpty()) {
        return true;
      }
      var subject =
          new Case(
              new UUID(0, 1),
              "X-1",
              "main",
              "w",
              1,
              transition.from().first(),
              CaseState.OPEN,
              1,
              JsonReader.readObject(facts),
              Instant.EPOCH);
      var compiled =
          (Compilation.Compiled)
              language.compile(transition.guard().get(), WorkflowDefinition.GUARD_VARIABLES);
      return compiled.predicate().test(Map.of("case", subject.json(), "action", JsonObject.EMPTY))
          instanceof Outcome.Satisfied;
    }
  }

  @Test
  void loanPackAdvancesByAReviewer() {
    var advance =
        ShippedPacks.pack("loan-application").workflow().transition("advance").orElseThrow();
    assertThat(advance.from()).containsExactly("submitted");
    assertThat(advance.to()).isEqualTo("approved");
    assertThat(advance.requirement().approverRoles(false)).containsExactly("reviewer");
  }

  @Test
  void packThatNamesWhatItsWorkflowDoesNotDefineIsRefused() {
    var gate = "[{\"transition\": \"%s\", \"authorized\": %s, \"reason\": \"r\"%s}]";
    refused("gates", gate.formatted("retreat", true, ""), "unknown_transition");
    refused("gates", gate.formatted("advance", true, ", \"up_to\": 5"), "wrong_value");
    refused("cases", "[{\"reference\": \"A\", \"queue\": \"nowhere\"}]", "unknown_queue");
    refused("cases", "[{\"reference\": \"A\", \"scenario\": \"none\"}]", "unknown_scenario");
    refused("cases", "[{\"reference\": \"A\"}, {\"reference\": \"A\"}]", "duplicate");
  }

  @Test
  void packThatWidensIsRefused() {
    var policy =
        "[{\"key\": \"all\", \"message\": \"all\", \"effect\": \"%s\", \"condition\": \"true\"%s}]";
    refused("policies", policy.formatted("permit", ""), "wrong_value");
    refused("policies", policy.formatted("score", ", \"points\": 5"), "wrong_value");
  }

  @Test
  void factsThatTheWorkflowDoesNotKnowAreRefused() {
    var pack = ShippedPacks.json("hr-onboarding");
    var cases =
        Json.array(
            List.of(JsonReader.readObject("{\"reference\": \"A\", \"attributes\": {\"age\": 5}}")));
    assertThatThrownBy(() -> Pack.parse(pack.with("cases", cases)))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            invalid ->
                assertThat(invalid.violations())
                    .extracting(violation -> violation.code())
                    .containsExactly("unknown_attribute"));
  }

  private static void refused(String member, String value, String code) {
    var pack = ShippedPacks.json("loan-application");
    var wrong = JsonReader.readObject("{\"it\": " + value + "}").member("it").orElseThrow();
    assertThatThrownBy(() -> Pack.parse(pack.with(member, wrong)))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            invalid ->
                assertThat(invalid.violations())
                    .extracting(violation -> violation.code())
                    .contains(code));
  }
}
