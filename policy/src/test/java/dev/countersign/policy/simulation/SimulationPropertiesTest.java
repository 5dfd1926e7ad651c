package dev.countersign.policy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Checks;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.TenantValues;
import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Simulation beside asking anew, on random sets and random histories.
class SimulationPropertiesTest {
  private static final Declaration PURPOSE =
      new Declaration("purpose", Declaration.Type.STRING, 20);

  private static final List<String> CONDITIONS =
      List.of(
          "true",
          "context.model.external",
          "!context.operation.registered",
          "has(context.metadata.tokens) && context.metadata.tokens > context.tenant.token_limit",
          "has(context.metadata.tokens) && context.metadata.tokens / 2 > 3",
          "has(context.metadata.region) && context.metadata.region.startsWith(\"eu\")",
          "context.tenant.max_risk_score < 40",
          "action.name == \"classify\"",
          "subject.id in [\"test\", \"other\"]",
          "has(context.metadata.purpose) && context.metadata.purpose == \"care\"",
          "has(context.metadata.tokens) && context.metadata.tokens / 0 == 1");

  @Test
  void aSimulationIsWhatAskingAnewWouldSay() {
    Property.holdsFor(
        60,
        random -> {
          var values = new TenantValues(Optional.empty(), 10, 10);
          var facts = Checks.facts(values, PURPOSE);
          var versions = new ArrayList<TenantPolicies>();
          for (int version = 1; version <= 3; version++) {
            versions.add(Checks.policies(version, set(random), facts));
          }
          var draft = Checks.policies(4, set(random), facts);
          var simulation =
              new Simulation(
                  new Draft(draft.point(), facts.declaredKeys()),
                  (version, threshold) -> past(versions, version, threshold),
                  5);
          long flipped = 0;
          for (int i = 0; i < 40; i++) {
            var body = body(random);
            var then = Checks.check(versions.get(random.nextInt(3)), body);
            var now = Checks.check(draft, body);
            var flip = simulation.add(i, Checks.recorded(i, then));
            assertThat(flip.map(Flip::to).orElse(Answer.of(then.decision())))
                .isEqualTo(Answer.of(now.decision()));
            flipped += flip.isPresent() ? 1 : 0;
          }
          var result = simulation.result();
          assertThat(result.number("used")).contains(40.0);
          assertThat(result.number("flipped")).contains((double) flipped);
          var check = result.object("self_check").orElseThrow();
          assertThat(check.number("checked")).contains(40.0);
          assertThat(check.number("mismatched")).contains(0.0);
        });
  }

  @Test
  void theSameRecordsGiveTheSameResult() {
    Property.holdsFor(
        10,
        random -> {
          var facts = Checks.facts(Checks.VALUES, PURPOSE);
          var then = Checks.policies(1, set(random), facts);
          var draft = Checks.policies(2, set(random), facts);
          var records = new ArrayList<JsonObject>();
          for (int i = 0; i < 20; i++) {
            records.add(Checks.recorded(i, Checks.check(then, body(random))));
          }
          assertThat(result(draft, then, records)).isEqualTo(result(draft, then, records));
        });
  }

  private static String result(
      TenantPolicies draft, TenantPolicies then, List<JsonObject> records) {
    var simulation =
        new Simulation(
            new Draft(draft.point(), draft.facts().declaredKeys()),
            (version, threshold) -> past(List.of(then), version, threshold),
            3);
    for (int i = 0; i < records.size(); i++) {
      simulation.add(i, records.get(i));
    }
    return simulation.result().toString();
  }

  private static Optional<PolicyDecisionPoint> past(
      List<TenantPolicies> versions, int version, int threshold) {
    return versions.stream()
        .filter(each -> each.version() == version && each.effective().threshold() == threshold)
        .map(TenantPolicies::point)
        .findFirst();
  }

  private static PolicySet set(RandomGenerator random) {
    var policies = new ArrayList<Policy>();
    for (int i = 0; i < 6; i++) {
      var effect =
          switch (random.nextInt(5)) {
            case 0 -> new Effect.Forbid();
            case 1 -> new Effect.RequireApproval();
            case 2 -> new Effect.Permit();
            default -> new Effect.Score(10 * random.nextInt(6));
          };
      var policy =
          Checks.policy("policy_" + i, effect, CONDITIONS.get(random.nextInt(CONDITIONS.size())));
      policies.add(random.nextInt(5) == 0 ? policy.mode(Policy.Mode.MONITOR) : policy);
    }
    policies.add(Checks.policy("permit", new Effect.Permit(), "true"));
    return new PolicySet(policies, 20 + 10 * random.nextInt(5));
  }

  private static JsonObject body(RandomGenerator random) {
    var metadata = Json.object();
    if (random.nextBoolean()) {
      metadata.put("tokens", random.nextInt(20));
    }
    if (random.nextBoolean()) {
      metadata.put("region", random.nextBoolean() ? "eu-1" : "us-1");
    }
    if (random.nextBoolean()) {
      metadata.put("purpose", random.nextBoolean() ? "care" : "sale");
    }
    return Json.object()
        .put("model", List.of("gpt-4", "cloudy", "nobody").get(random.nextInt(3)))
        .put("operation", List.of("classify", "summarise", "novel").get(random.nextInt(3)))
        .put("metadata", metadata.build())
        .build();
  }
}
