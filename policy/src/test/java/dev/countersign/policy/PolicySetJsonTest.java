package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import org.junit.jupiter.api.Test;

class PolicySetJsonTest {

  @Test
  void readingWhatWasWrittenGivesAnEqualSet() {
    var set = StarterSet.read();
    var text = PolicySetJson.write(set).toString();
    assertThat(PolicySetJson.read(JsonReader.read(text, 16))).isEqualTo(set);
  }

  @Test
  void theStarterSetHasItsFactorsOnAndTwoPoliciesOff() {
    var set = StarterSet.read();
    assertThat(set.threshold()).isEqualTo(50);
    assertThat(set.policies())
        .filteredOn(Policy::enabled)
        .extracting(policy -> policy.key() + " " + policy.effect().points())
        .containsExactly(
            "base_permit 0",
            "contains_personal_data 70",
            "external_model 50",
            "large_data_set 30",
            "unregistered_operation 20");
    assertThat(set.policies())
        .filteredOn(policy -> !policy.enabled())
        .extracting(policy -> policy.key().value())
        .containsExactly("allowed_models", "token_limit");
  }

  @Test
  void allProblemsOfASetAreNamedAtOnce() {
    var refusal =
        catchThrowableOfType(
            Refusal.Invalid.class,
            () ->
                PolicySetJson.read(
                    JsonReader.readObject(
                        """
                        {"threshold": 0, "policies": [
                          {"key": "Bad Key", "message": "m", "effect": "permit", "points": 3, "condition": "true"},
                          {"key": "a", "message": "m", "effect": "score", "condition": "true"},
                          {"key": "a", "effect": "deny", "condition": "", "surprise": 1,
                           "obligations": [{"arguments": {}}]}
                        ]}
                        """)));
    assertThat(refusal.violations())
        .extracting(Violation::pointer)
        .contains(
            "/threshold",
            "/policies/0/key",
            "/policies/0/points",
            "/policies/1/points",
            "/policies/2/key",
            "/policies/2/message",
            "/policies/2/effect",
            "/policies/2/condition",
            "/policies/2/surprise",
            "/policies/2/obligations/0/name");
  }
}
