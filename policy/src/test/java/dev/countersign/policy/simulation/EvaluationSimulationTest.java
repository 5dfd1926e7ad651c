package dev.countersign.policy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.AppliesTo;
import dev.countersign.policy.Checks;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Effect;
import dev.countersign.policy.EntityKey;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.StoredEntities;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.check.Checked;
import dev.countersign.policy.check.EvaluationRequest;
import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Simulations over what enforcement points asked: a draft that had been in force would have said
/// exactly what the simulation says.
class EvaluationSimulationTest {
  private static final TenantFacts FACTS =
      Checks.facts(Checks.VALUES, new Declaration("team", Declaration.Type.STRING, 20));

  private static final StoredEntities STORED =
      new StoredEntities(
          new TreeMap<>(
              Map.of(
                  new EntityKey("user", "alice"), Json.object().put("suspended", true).build(),
                  new EntityKey("record", "r1"), Json.object().put("owner", "bob").build())));

  /// Each reads something that only an evaluation has, or that a check has elsewhere.
  private static final List<String> CONDITIONS =
      List.of(
          "has(subject.properties.suspended) && subject.properties.suspended",
          "has(resource.properties.owner) && resource.properties.owner == subject.id",
          "has(action.properties.soft) && action.properties.soft",
          "has(context.caller) && context.caller.id == \"test\"",
          "has(context.known) && context.known.subject && !context.known.resource",
          "has(context.request) && has(context.request.tenant)",
          "!context.operation.registered",
          "context.tenant.max_risk_score < 50",
          "has(context.model) && context.model.external",
          "has(context.metadata) && has(context.metadata.team) && context.metadata.team == \"a\"",
          "context.request.size > 3");

  @Test
  void theFlipsAreExactlyTheQuestionsThatTheDraftAnswersOtherwise() {
    Property.holdsFor(
        150,
        random -> {
          var then = Checks.policies(1, set(random), FACTS);
          var draft = Checks.policies(2, set(random), FACTS);
          var simulation =
              new Simulation(
                  new Draft(draft.point(), FACTS.declaredKeys()),
                  (version, _) -> version == 1 ? Optional.of(then.point()) : Optional.empty(),
                  0);
          var flipped = new ArrayList<Long>();
          var expected = new ArrayList<Long>();
          for (long i = 0; i < 20; i++) {
            var question = question(random);
            var recorded = asked(question, then);
            if (simulation.add(i, Checks.recorded(i, recorded)).isPresent()) {
              flipped.add(i);
            }
            if (!recorded.decision().word().equals(asked(question, draft).decision().word())) {
              expected.add(i);
            }
          }
          assertThat(flipped).isEqualTo(expected);
          var result = simulation.result();
          assertThat(result.number("used")).hasValue(20.0);
          var check = result.object("self_check").orElseThrow();
          assertThat(check.number("checked")).hasValue(20.0);
          assertThat(check.number("mismatched")).hasValue(0.0);
        });
  }

  private static Checked asked(JsonObject question, TenantPolicies policies) {
    return EvaluationRequest.read(question, policies.facts(), Optional.empty())
        .decide(Checks.CALLER, policies, STORED);
  }

  private static JsonObject question(RandomGenerator random) {
    var model = random.nextBoolean();
    var metadata = Json.object();
    if (random.nextBoolean()) {
      metadata.put("team", pick(random, "a", "b"));
    }
    var context = Json.object();
    if (model) {
      context.put("metadata", metadata.build());
    }
    if (random.nextBoolean()) {
      context.put("tenant", JsonObject.EMPTY);
    }
    if (random.nextBoolean()) {
      context.put("size", random.nextInt(6));
    }
    return Json.object()
        .put(
            "subject",
            Json.object().put("type", "user").put("id", pick(random, "alice", "bob")).build())
        .put(
            "action",
            Json.object()
                .put("name", pick(random, "classify", "novel"))
                .put("properties", Json.object().put("soft", random.nextBoolean()).build())
                .build())
        .put(
            "resource",
            Json.object()
                .put("type", model ? "model" : "record")
                .put("id", pick(random, "gpt-4", "cloudy", "r1"))
                .build())
        .put("context", context.build())
        .build();
  }

  private static PolicySet set(RandomGenerator random) {
    var policies = new ArrayList<Policy>();
    policies.add(policy("base", new Effect.Permit(), "true"));
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      var effect =
          switch (random.nextInt(4)) {
            case 0 -> new Effect.Forbid();
            case 1 -> new Effect.RequireApproval();
            case 2 -> new Effect.Permit();
            default -> new Effect.Score(random.nextInt(101));
          };
      policies.add(policy("p" + i, effect, CONDITIONS.get(random.nextInt(CONDITIONS.size()))));
    }
    return new PolicySet(policies, random.nextInt(1, 101));
  }

  private static Policy policy(String key, Effect effect, String condition) {
    return new Policy(
        new PolicyKey(key),
        "",
        key,
        effect,
        condition,
        List.of(),
        true,
        Policy.Mode.ENFORCE,
        new AppliesTo(new TreeSet<>(), new TreeSet<>()));
  }

  private static String pick(RandomGenerator random, String... words) {
    return words[random.nextInt(words.length)];
  }
}
