package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The data of the packs that ship, by the words with which they were asked for.
class PackDataTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what was asked for              | scenario                     | start queue      | manual | message                  | task
          standard refill                   | standard_refill              | inbound_comms    | 240    |                          |
          insurance rejected, outdated      | insurance_rejected           | data_entry       | 900    | insurance_update_request | contact_patient
          prior authorization required      | prior_authorization_required | pre_verification | 600    | prior_auth_notice        | monitor_prior_authorization
          no refills left, ask prescriber   | no_refills_left              | contact_manager  | 480    | refill_request           | request_refill_authorization
          no insurance, discount card       | no_insurance                 | data_entry       | 360    |                          |
          """)
  void aRefillStartsWhereItsScenarioSays(
      String asked, String scenario, String queue, long manual, String message, String task) {
    var pack = ShippedPacks.pack("pharmacy-refill");
    assertThat(pack.scenarios().stream().filter(one -> one.name().equals(scenario)).toList())
        .as(asked)
        .singleElement()
        .extracting(Pack.Scenario::queue, Pack.Scenario::manualSeconds)
        .containsExactly(queue, manual);
    assertThat(ofScenario(scenario))
        .as(asked)
        .isNotEmpty()
        .allSatisfy(one -> {
          assertThat(one.queue()).isEqualTo(queue);
          assertThat(fact(one, "patient_message")).isEqualTo(message == null ? "" : message);
          assertThat(one.tasks().stream().map(TaskTemplate::type))
              .isEqualTo(task == null ? Stream.of().toList() : Stream.of(task).toList());
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          standard_refill              | insurance_result    | accepted
          insurance_rejected           | insurance_result    | rejected
          insurance_rejected           | rejection_reason    | outdated
          prior_authorization_required | insurance_result    | pa_required
          prior_authorization_required | prior_authorization | pending
          prior_authorization_required | expected_in_days    | 2
          no_refills_left              | refills             | 0
          no_insurance                 | insurance_result    | no_insurance
          no_insurance                 | discount_program    | Saver
          no_insurance                 | discount_bin        | 000001
          no_insurance                 | discount_pcn        | SAVE
          no_insurance                 | discount_group      | G1
          no_insurance                 | discount_member     | M1005
          """)
  void aRefillHasTheFactsOfItsScenario(String scenario, String fact, String value) {
    assertThat(ofScenario(scenario))
        .isNotEmpty()
        .allSatisfy(one -> assertThat(fact(one, fact)).isEqualTo(value));
  }

  @Test
  void everyRefillHasAllItsFacts() {
    var refills = ShippedPacks.pack("pharmacy-refill").cases();
    assertThat(refills.getFirst().reference()).isEqualTo("RX-1001");
    for (var refill : refills) {
      assertThat(refill.attributes().members().keySet())
          .as(refill.reference())
          .contains("insurance_result", "refills", "days_supply", "sig", "payer", "prescriber");
    }
  }

  @Test
  void whoWatchesAPriorAuthorizationIsDueWhenItIsExpected() {
    assertThat(ofScenario("prior_authorization_required"))
        .allSatisfy(one -> assertThat(one.tasks().getFirst().due()).contains(Duration.ofDays(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # pack          | what was asked for              | task                         | role
          pharmacy-refill | enter prescriber NPI            | enter_prescriber_npi         | approver:pharmacy_technician
          pharmacy-refill | enter date of birth             | enter_date_of_birth          | approver:pharmacy_technician
          pharmacy-refill | request refill authorization    | request_refill_authorization | approver:pharmacy_technician
          pharmacy-refill | monitor prior authorization     | monitor_prior_authorization  | approver:pharmacy_technician
          pharmacy-refill | contact patient                 | contact_patient              | approver:pharmacy_technician
          insurance-claim | intake (claims processor)       | intake                       | approver:claims_processor
          insurance-claim | validate policy (system)        | validate_policy              | agent
          insurance-claim | assess liability (adjuster)     | assess_liability             | approver:adjuster
          insurance-claim | approve payout (claims manager) | approve_payout               | approver:claims_manager
          hr-onboarding   | collect documents (coordinator) | collect_documents            | approver:hr_coordinator
          hr-onboarding   | background check (system)       | background_check             | agent
          hr-onboarding   | provision access, equipment (IT)| provision_access             | approver:it
          hr-onboarding   | compliance training (manager)   | compliance_training          | approver:hr_manager
          """)
  void aTaskIsForWhomItWasAskedFor(String pack, String asked, String task, String role) {
    assertThat(tasks(pack).get(task)).as(asked).containsExactly(role);
  }

  @Test
  void everyRoleOfAPackIsOneThatAKeyCanHave() {
    for (var name : ShippedPacks.SCENARIOS) {
      var roles = new TreeSet<String>();
      tasks(name).values().forEach(roles::addAll);
      for (var transition : ShippedPacks.pack(name).workflow().transitions()) {
        roles.addAll(transition.requirement().deciderRoles(true));
      }
      assertThat(roles).as(name).allMatch(Roles::grantable);
    }
  }

  @ParameterizedTest
  @CsvSource({"insurance-claim, CLM-2001, 720", "hr-onboarding, ONB-3001, 14400"})
  void claimsAndOnboardingsTakeAPersonAsLongAsWasSaid(String name, String first, long manual) {
    var pack = ShippedPacks.pack(name);
    assertThat(pack.cases().getFirst().reference()).isEqualTo(first);
    assertThat(pack.scenarios()).allMatch(one -> one.manualSeconds() == manual);
  }

  private static List<Pack.InitialCase> ofScenario(String scenario) {
    return ShippedPacks.pack("pharmacy-refill").cases().stream()
        .filter(one -> fact(one, "scenario").equals(scenario))
        .toList();
  }

  /// As text; empty if the case has none.
  private static String fact(Pack.InitialCase one, String name) {
    return one.attributes().member(name).map(PackDataTest::text).orElse("");
  }

  private static String text(Json value) {
    return switch (value) {
      case Json.JsonString(var text) -> text;
      case Json.JsonNumber(var number) -> Long.toString((long) number);
      default -> value.toString();
    };
  }

  /// The roles of each type of task, wherever the pack opens one.
  private static Map<String, Set<String>> tasks(String name) {
    var pack = ShippedPacks.pack(name);
    var roles = new TreeMap<String, Set<String>>();
    Stream.concat(
            pack.workflow().transitions().stream().flatMap(one -> one.opens().stream()),
            pack.cases().stream().flatMap(one -> one.tasks().stream()))
        .forEach(task ->
            roles
                .computeIfAbsent(task.type(), _ -> new TreeSet<>())
                .add(task.role().orElse("nobody in particular")));
    return roles;
  }
}
