package dev.countersign.policy.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.AppliesTo;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Obligation;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.TenantValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What needs a second person, change by change, from the set that new tenants have.
class WideningTest {
  private static final PolicySet STARTER = StarterSet.read();

  @Test
  void nothingChangedIsNotWider() {
    assertThat(from(STARTER)).isEmpty();
  }

  @Test
  void moreThatStandsAgainstTheCallerIsNotWider() {
    for (var effect :
        List.of(new Effect.Forbid(), new Effect.RequireApproval(), new Effect.Score(10))) {
      assertThat(from(plus(policy("x", effect, "true")))).as(effect.word()).isEmpty();
    }
    assertThat(from(with("external_model", policy -> policy.effect(new Effect.Score(60)))))
        .isEmpty();
    assertThat(from(with("token_limit", policy -> policy.enabled(true)))).isEmpty();
    assertThat(from(new PolicySet(STARTER.policies(), 40))).isEmpty();
  }

  @Test
  void lessThatPermitsIsNotWider() {
    assertThat(from(without("base_permit"))).isEmpty();
    assertThat(from(with("base_permit", policy -> policy.enabled(false)))).isEmpty();
    assertThat(from(with("base_permit", policy -> policy.mode(Policy.Mode.MONITOR)))).isEmpty();
  }

  @Test
  void wordsForPeopleAreNotWider() {
    assertThat(
            from(
                with(
                    "external_model",
                    policy ->
                        new Policy(
                            policy.key(),
                            "other words",
                            "other words",
                            policy.effect(),
                            policy.condition(),
                            policy.obligations(),
                            true,
                            policy.mode(),
                            policy.appliesTo()))))
        .isEmpty();
  }

  @Test
  void whatStandsAgainstTheCallerNoMoreIsWider() {
    assertThat(from(without("external_model")))
        .containsExactly("`external_model` adds its 50 points no more");
    assertThat(from(with("external_model", policy -> policy.enabled(false)))).hasSize(1);
    assertThat(from(with("external_model", policy -> policy.mode(Policy.Mode.MONITOR)))).hasSize(1);
    assertThat(from(with("external_model", policy -> policy.effect(new Effect.Score(49)))))
        .containsExactly("`external_model` adds 49 points instead of 50");
    assertThat(from(new PolicySet(STARTER.policies(), 51)))
        .containsExactly("the score that forbids is 51 instead of 50");
  }

  @Test
  void whatCannotBeToldByItsFormIsWider() {
    assertThat(from(plus(policy("x", new Effect.Permit(), "false"))))
        .containsExactly("`x` permits, and did not before");
    assertThat(from(with("external_model", policy -> conditioned(policy, "true"))))
        .containsExactly("`external_model` has another condition");
    assertThat(from(with("external_model", WideningTest::everywhere)))
        .containsExactly("`external_model` applies to other operations or resource types");
    assertThat(from(with("external_model", policy -> policy.effect(new Effect.Forbid()))))
        .contains("`external_model` was `score` and is `forbid`");
  }

  @Test
  void aLostObligationIsWider() {
    var obliged = obliged(policy("x", new Effect.Permit(), "true"));
    var before = plus(obliged);
    assertThat(reasons(before, STARTER))
        .containsExactly("`x` permits no more, and its obligations end where another permits");
    assertThat(reasons(before, plus(policy("x", new Effect.Permit(), "true"))))
        .containsExactly("`x` has lost an obligation");
  }

  @Test
  void aHigherLimitIsWiderAndALowerOneOnlyWhereItMayHelp() {
    assertThat(limits(20_000, 100_000))
        .containsExactly("`row_count_limit` is 20000 instead of 10000");
    assertThat(limits(5_000, 50_000)).isEmpty();
    var inverse =
        plus(policy("few_rows", new Effect.Forbid(), "context.tenant.row_count_limit > 100"));
    assertThat(
            Widening.reasons(
                new InForce(inverse, TenantValues.DEFAULT),
                new InForce(inverse, new TenantValues(Optional.empty(), 50, 100_000))))
        .containsExactly(
            "`few_rows` reads `row_count_limit`, and a lower one may help the caller there");
  }

  @Test
  void aLowerThresholdIsWiderWhereAConditionReadsIt() {
    var reading = plus(policy("x", new Effect.Forbid(), "context.tenant.max_risk_score > 40"));
    assertThat(reasons(reading, new PolicySet(reading.policies(), 40)))
        .containsExactly("`x` may read `max_risk_score`, which changes");
  }

  private static List<String> limits(long rows, long tokens) {
    return Widening.reasons(
        new InForce(STARTER, TenantValues.DEFAULT),
        new InForce(STARTER, new TenantValues(Optional.empty(), rows, tokens)));
  }

  private static List<String> from(PolicySet after) {
    return reasons(STARTER, after);
  }

  private static List<String> reasons(PolicySet before, PolicySet after) {
    return Widening.reasons(
        new InForce(before, TenantValues.DEFAULT), new InForce(after, TenantValues.DEFAULT));
  }

  private static PolicySet plus(Policy policy) {
    var policies = new ArrayList<>(STARTER.policies());
    policies.add(policy);
    return new PolicySet(policies, STARTER.threshold());
  }

  private static PolicySet without(String key) {
    return new PolicySet(
        STARTER.policies().stream().filter(policy -> !policy.key().value().equals(key)).toList(),
        STARTER.threshold());
  }

  private static PolicySet with(String key, UnaryOperator<Policy> change) {
    return new PolicySet(
        STARTER.policies().stream()
            .map(policy -> policy.key().value().equals(key) ? change.apply(policy) : policy)
            .toList(),
        STARTER.threshold());
  }

  private static Policy policy(String key, Effect effect, String condition) {
    return new Policy(
        new PolicyKey(key),
        "",
        "m",
        effect,
        condition,
        List.of(),
        true,
        Policy.Mode.ENFORCE,
        AppliesTo.EVERYTHING);
  }

  private static Policy conditioned(Policy policy, String condition) {
    return new Policy(
        policy.key(),
        policy.description(),
        policy.message(),
        policy.effect(),
        condition,
        policy.obligations(),
        policy.enabled(),
        policy.mode(),
        policy.appliesTo());
  }

  private static Policy everywhere(Policy policy) {
    return new Policy(
        policy.key(),
        policy.description(),
        policy.message(),
        policy.effect(),
        policy.condition(),
        policy.obligations(),
        policy.enabled(),
        policy.mode(),
        new AppliesTo(new TreeSet<>(), new TreeSet<>(List.of("model", "case"))));
  }

  private static Policy obliged(Policy policy) {
    return new Policy(
        policy.key(),
        policy.description(),
        policy.message(),
        policy.effect(),
        policy.condition(),
        List.of(new Obligation("redact", JsonObject.EMPTY)),
        policy.enabled(),
        policy.mode(),
        policy.appliesTo());
  }
}
