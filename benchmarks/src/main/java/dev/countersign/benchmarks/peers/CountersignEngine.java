package dev.countersign.benchmarks.peers;

import dev.countersign.benchmarks.peers.Rules.Term;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.policy.Action;
import dev.countersign.policy.AppliesTo;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Model;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Request;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.TenantValues;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.check.CheckRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Ours. The starter set is the real one, with its points; it does more than the peers are asked.
final class CountersignEngine implements Engine {
  private static final CelConditions CONDITIONS = new CelConditions();

  private final Optional<TenantPolicies> starter;
  private final PolicyDecisionPoint point;

  CountersignEngine(Rules rules) {
    this.starter = rules.name().equals("starter") ? Optional.of(tenant()) : Optional.empty();
    this.point = PolicyDecisionPoint.of(set(rules), CONDITIONS);
  }

  @Override
  public BooleanSupplier ask(Question question) {
    if (starter.isPresent() && question.type().equals(Rules.TYPE)) {
      var policies = starter.get();
      var request = check(question, policies);
      return () -> policies.decide(request).allowed();
    }
    var request =
        new Request(
            new Entity("key", "k"),
            new Action(question.operation()),
            new Entity(question.type(), "gpt-4"),
            Json.object().put("metadata", metadata(question)).build());
    return () -> point.decide(request).allowed();
  }

  private static Request check(Question question, TenantPolicies policies) {
    var body =
        Json.object()
            .put("model", question.external() ? "other" : "gpt-4")
            .put("operation", question.operation())
            .put("metadata", metadata(question))
            .build();
    var caller = Principal.system(new TenantId(new UUID(0, 1)), "benchmark");
    return CheckRequest.read(body, policies.facts()).decide(caller, policies).request();
  }

  private static Json.JsonObject metadata(Question question) {
    return Json.object()
        .put("contains_personal_data", question.personal())
        .put("tokens", question.tokens())
        .put("row_count", question.rows())
        .build();
  }

  private static TenantPolicies tenant() {
    var models = new TreeMap<String, Model>();
    models.put("gpt-4", new Model("gpt-4", "p", false, Optional.empty(), new TreeSet<>()));
    var operations = new TreeSet<>(List.of("classify", "operation_20"));
    var facts = new TenantFacts(models, operations, new TreeMap<>(), TenantValues.DEFAULT);
    var set = StarterSet.read();
    return new TenantPolicies(1, 1, set, PolicyDecisionPoint.of(set, CONDITIONS), facts);
  }

  private static PolicySet set(Rules rules) {
    var policies = new ArrayList<Policy>();
    policies.add(policy("permit", new Effect.Permit(), "true", ""));
    if (!rules.name().equals("starter")) {
      for (var forbid : rules.forbids()) {
        policies.add(
            policy(
                "p" + policies.size(),
                new Effect.Forbid(),
                forbid.terms().stream()
                    .map(CountersignEngine::condition)
                    .collect(Collectors.joining(" && ")),
                forbid.operation()));
      }
    }
    var set = new PolicySet(policies, PolicySet.DEFAULT_THRESHOLD);
    for (var policy : set.policies()) {
      if (CONDITIONS.compile(policy) instanceof Conditions.Compilation.Rejected(var problems)) {
        throw new IllegalStateException(policy.condition() + ": " + problems);
      }
    }
    return set;
  }

  private static String condition(Term term) {
    return switch (term) {
      case Term.TokensOver(var limit) ->
          "has(context.metadata.tokens) && context.metadata.tokens > " + limit;
      case Term.RowsOver(var limit) ->
          "has(context.metadata.row_count) && context.metadata.row_count > " + limit;
      case Term.Personal(), Term.External(), Term.Unregistered() ->
          throw new IllegalArgumentException("`" + term + "` is of the starter set alone");
    };
  }

  private static Policy policy(String key, Effect effect, String condition, String operation) {
    return new Policy(
        new PolicyKey(key),
        "",
        "m",
        effect,
        condition,
        List.of(),
        true,
        Policy.Mode.ENFORCE,
        new AppliesTo(
            operation.isEmpty() ? new TreeSet<>() : new TreeSet<>(List.of(operation)),
            new TreeSet<>(List.of(Rules.TYPE))));
  }
}
