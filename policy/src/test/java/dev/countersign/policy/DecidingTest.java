package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What a change of policies means for one action: exactly those that can decide about it count.
class DecidingTest {
  private static final Policy PERMIT = policy("permit", new Effect.Permit(), "true");
  private static final Policy REFUND =
      about(policy("refund", new Effect.Forbid(), "false"), "refund");
  private static final Policy OTHER =
      about(policy("other", new Effect.Forbid(), "false"), "settle");
  private static final List<Policy> SET = List.of(PERMIT, REFUND, OTHER);

  @Test
  void whatDecidesAboutTheActionCounts() {
    var before = deciding(SET);
    assertThat(deciding(List.of(PERMIT, OTHER))).isNotEqualTo(before);
    assertThat(deciding(List.of(REFUND, OTHER))).isNotEqualTo(before);
    assertThat(deciding(changed(about(policy("refund", new Effect.Forbid(), "1 == 2"), "refund"))))
        .isNotEqualTo(before);
    assertThat(deciding(changed(REFUND.effect(new Effect.RequireApproval())))).isNotEqualTo(before);
    assertThat(deciding(changed(REFUND.enabled(false)))).isNotEqualTo(before);
    assertThat(deciding(changed(REFUND.mode(Policy.Mode.MONITOR)))).isNotEqualTo(before);
    assertThat(deciding(changed(obliging(REFUND)))).isNotEqualTo(before);
  }

  @Test
  void whatIsAboutOtherThingsOrIsOnlyReadDoesNot() {
    var before = deciding(SET);
    assertThat(deciding(List.of(PERMIT, REFUND))).as("about another action").isEqualTo(before);
    assertThat(deciding(List.of(OTHER, REFUND, PERMIT))).as("another order").isEqualTo(before);
    var renamed = about(policy("renamed", new Effect.Forbid(), "false"), "refund");
    assertThat(deciding(List.of(PERMIT, renamed, OTHER))).as("another key").isEqualTo(before);
    var watched = about(policy("watched", new Effect.Forbid(), "true"), "refund");
    assertThat(deciding(List.of(PERMIT, REFUND, OTHER, watched.mode(Policy.Mode.MONITOR))))
        .as("only reported")
        .isEqualTo(before);
    var invoices =
        new Policy(
            new PolicyKey("invoices"),
            "",
            "no",
            new Effect.Forbid(),
            "true",
            List.of(),
            true,
            Policy.Mode.ENFORCE,
            new AppliesTo(new TreeSet<>(), new TreeSet<>(List.of("invoice"))));
    assertThat(deciding(List.of(PERMIT, REFUND, OTHER, invoices)))
        .as("of another type of resource")
        .isEqualTo(before);
    assertThat(set(SET, 60, TenantValues.DEFAULT)).as("no policy gives points").isEqualTo(before);
  }

  @Test
  void theThresholdCountsWherePointsDoAndOwnValuesWhereTheyAreRead() {
    var scored = new ArrayList<>(SET);
    scored.add(policy("score", new Effect.Score(10), "true"));
    assertThat(set(scored, 60, TenantValues.DEFAULT))
        .isNotEqualTo(set(scored, 50, TenantValues.DEFAULT));
    var others = new TenantValues(Optional.empty(), 5, 5);
    assertThat(set(SET, 50, others)).isEqualTo(deciding(SET));
    var reading = new ArrayList<>(SET);
    reading.add(policy("rows", new Effect.Forbid(), "context.tenant.row_count_limit > 7"));
    assertThat(set(reading, 50, others)).isNotEqualTo(deciding(reading));
  }

  @Test
  void anActionThatNoPolicyNamesIsDecidedByThoseAboutAll() {
    var policies = Checks.policies(1, new PolicySet(SET, 50), Checks.facts(TenantValues.DEFAULT));
    var all = Checks.policies(1, new PolicySet(List.of(PERMIT), 50), TenantFacts.NONE);
    assertThat(policies.deciding("unnamed", "case")).isEqualTo(all.deciding("refund", "case"));
    assertThat(policies.deciding("", "")).isEqualTo(all.deciding("refund", "case"));
  }

  private static Digest deciding(List<Policy> policies) {
    return set(policies, 50, TenantValues.DEFAULT);
  }

  private static Digest set(List<Policy> policies, int threshold, TenantValues values) {
    return Checks.policies(3, new PolicySet(policies, threshold), Checks.facts(values))
        .deciding("refund", "case");
  }

  private static List<Policy> changed(Policy refund) {
    return List.of(PERMIT, refund, OTHER);
  }

  private static Policy policy(String key, Effect effect, String condition) {
    return new Policy(
        new PolicyKey(key),
        "what it is for",
        "no",
        effect,
        condition,
        List.of(),
        true,
        Policy.Mode.ENFORCE,
        AppliesTo.EVERYTHING);
  }

  private static Policy about(Policy policy, String operation) {
    return new Policy(
        policy.key(),
        policy.description(),
        policy.message(),
        policy.effect(),
        policy.condition(),
        policy.obligations(),
        policy.enabled(),
        policy.mode(),
        new AppliesTo(new TreeSet<>(List.of(operation)), new TreeSet<>()));
  }

  private static Policy obliging(Policy policy) {
    return new Policy(
        policy.key(),
        policy.description(),
        policy.message(),
        policy.effect(),
        policy.condition(),
        List.of(new Obligation("autonomy", Json.object().put("ceiling", "propose").build())),
        policy.enabled(),
        policy.mode(),
        policy.appliesTo());
  }
}
