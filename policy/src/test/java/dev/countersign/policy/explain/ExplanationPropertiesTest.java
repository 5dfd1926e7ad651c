package dev.countersign.policy.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Checks;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.explain.Explanation.Outcome;
import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// The search beside trying every combination of changes.
class ExplanationPropertiesTest {
  private static final List<String> CONDITIONS =
      List.of(
          "context.model.external",
          "has(context.metadata.contains_personal_data) && context.metadata.contains_personal_data",
          "has(context.metadata.row_count) && context.metadata.row_count > 7",
          "has(context.metadata.tokens) && context.metadata.tokens > context.tenant.token_limit",
          "has(context.metadata.region) && context.metadata.region == \"us\"",
          "!(has(context.metadata.region) && context.metadata.region in [\"eu\", \"uk\"])",
          "!context.operation.registered",
          "action.name == \"summarise\"",
          "resource.id == \"gpt-4\"",
          "subject.id == \"test\"",
          "!context.model.registered");

  @Test
  void whatIsSuggestedIsPermittedAndNothingSmallerIs() {
    Property.holdsFor(
        300,
        random -> {
          var policies = Checks.policies(1, set(random), Checks.facts(Checks.VALUES));
          var body = body(random);
          var checked = Checks.check(policies, body);
          var explanation = Explanation.of(checked.request(), policies);
          assertThat(explanation.outcome() == Outcome.PERMITTED)
              .isEqualTo(checked.decision().allowed());
          if (checked.decision().allowed()) {
            return;
          }
          for (var suggestion : explanation.suggestions()) {
            var changed = body;
            for (var change : suggestion.changes()) {
              changed = changed(changed, change.attribute(), change.to());
            }
            assertThat(Checks.check(policies, changed).decision()).isEqualTo(suggestion.decision());
            assertThat(suggestion.decision().allowed()).isTrue();
          }
          int smallest = smallest(policies, body, SearchSpace.of(checked.request(), policies));
          assertThat(explanation.outcome())
              .isEqualTo(smallest == 0 ? Outcome.NONE_FOUND : Outcome.FOUND);
          assertThat(explanation.suggestions())
              .allMatch(suggestion -> suggestion.changes().size() == smallest);
          assertThat(Explanation.of(checked.request(), policies)).isEqualTo(explanation);
        });
  }

  /// The fewest changes that are permitted, or 0 if neither one nor two are.
  private static int smallest(TenantPolicies policies, JsonObject body, SearchSpace space) {
    int smallest = 0;
    for (var first : space.attributes()) {
      for (var value : first.values()) {
        var one = changed(body, first.name(), value);
        if (Checks.check(policies, one).decision().allowed()) {
          return 1;
        }
        for (var second : space.attributes()) {
          for (var other : second.values()) {
            if (!second.name().equals(first.name())
                && Checks.check(policies, changed(one, second.name(), other))
                    .decision()
                    .allowed()) {
              smallest = 2;
            }
          }
        }
      }
    }
    return smallest;
  }

  private static JsonObject changed(JsonObject body, String attribute, Json value) {
    return attribute.startsWith("metadata.")
        ? body.with(
            "metadata",
            body.object("metadata")
                .orElseThrow()
                .with(attribute.substring("metadata.".length()), value))
        : body.with(attribute, value);
  }

  private static PolicySet set(RandomGenerator random) {
    var policies = new ArrayList<Policy>();
    for (int i = 0; i < 4; i++) {
      var effect =
          switch (random.nextInt(3)) {
            case 0 -> new Effect.Forbid();
            case 1 -> new Effect.RequireApproval();
            default -> new Effect.Score(30);
          };
      policies.add(
          Checks.policy("policy_" + i, effect, CONDITIONS.get(random.nextInt(CONDITIONS.size()))));
    }
    policies.add(Checks.policy("permit", new Effect.Permit(), "true"));
    return new PolicySet(policies, 50);
  }

  private static JsonObject body(RandomGenerator random) {
    var metadata = Json.object();
    if (random.nextBoolean()) {
      metadata.put("contains_personal_data", random.nextBoolean());
    }
    if (random.nextBoolean()) {
      metadata.put("row_count", random.nextInt(20));
    }
    if (random.nextBoolean()) {
      metadata.put("is_external_model", random.nextBoolean());
    }
    if (random.nextBoolean()) {
      metadata.put("region", random.nextBoolean() ? "us" : "eu");
    }
    return Json.object()
        .put("model", List.of("gpt-4", "cloudy", "nobody").get(random.nextInt(3)))
        .put("operation", List.of("classify", "summarise", "novel").get(random.nextInt(3)))
        .put("metadata", metadata.build())
        .build();
  }
}
