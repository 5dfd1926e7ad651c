package dev.countersign.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.check.CheckRecord;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.check.Checked;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/// Checks as a small tenant makes them: two models, two operations, the starter set.
public final class Checks {
  public static final CelConditions CONDITIONS = new CelConditions();
  public static final Principal CALLER = Principal.system(new TenantId(new UUID(0, 1)), "test");
  public static final TenantValues VALUES = TenantValues.DEFAULT;

  private Checks() {}

  public static TenantFacts facts(TenantValues values, Declaration... declared) {
    var models = new TreeMap<String, Model>();
    models.put(
        "gpt-4",
        new Model("gpt-4", "openai", false, Optional.of("eu"), new TreeSet<>(List.of("public"))));
    models.put(
        "cloudy",
        new Model(
            "cloudy", "c", true, Optional.empty(), new TreeSet<>(List.of("internal", "public"))));
    SortedMap<String, Declaration> declarations = new TreeMap<>();
    Arrays.stream(declared).forEach(each -> declarations.put(each.key(), each));
    return new TenantFacts(
        models, new TreeSet<>(List.of("classify", "summarise")), declarations, values);
  }

  /// Version `version` of that set in force, with the tenant's own threshold if he has one.
  public static TenantPolicies policies(int version, PolicySet set, TenantFacts facts) {
    var effective = set.with(List.of(), facts.values().maxRiskScore());
    return new TenantPolicies(
        version, 1, effective, PolicyDecisionPoint.of(effective, CONDITIONS), facts);
  }

  public static TenantPolicies starter() {
    return policies(1, StarterSet.read(), facts(VALUES));
  }

  /// The starter set with further policies, or others under the same key.
  public static PolicySet starterWith(Policy... more) {
    return with(StarterSet.read(), more);
  }

  public static PolicySet with(PolicySet set, Policy... more) {
    var byKey = new TreeMap<PolicyKey, Policy>();
    set.policies().forEach(policy -> byKey.put(policy.key(), policy));
    Arrays.stream(more).forEach(policy -> byKey.put(policy.key(), policy));
    return new PolicySet(new ArrayList<>(byKey.values()), set.threshold());
  }

  public static Policy policy(String key, Effect effect, String condition) {
    return new Policy(
        new PolicyKey(key),
        "",
        key,
        effect,
        condition,
        List.of(),
        true,
        Policy.Mode.ENFORCE,
        new AppliesTo(new TreeSet<>(), new TreeSet<>(List.of("model"))));
  }

  public static JsonObject body(String model, String operation, String metadata) {
    return Json.object()
        .put("model", model)
        .put("operation", operation)
        .put("metadata", JsonReader.readObject(metadata))
        .build();
  }

  public static Checked check(TenantPolicies policies, JsonObject body) {
    return CheckRequest.read(body, policies.facts()).decide(CALLER, policies);
  }

  public static Checked check(
      TenantPolicies policies, String model, String operation, String metadata) {
    return check(policies, body(model, operation, metadata));
  }

  /// What the ledger would hold of it, through text and back.
  public static JsonObject recorded(long number, Checked checked) {
    var details =
        new CheckRecord(
                new UUID(0, number), Instant.parse("2026-01-31T08:00:00Z"), Duration.ZERO, checked)
            .details();
    return JsonReader.readObject(details.toString());
  }
}
