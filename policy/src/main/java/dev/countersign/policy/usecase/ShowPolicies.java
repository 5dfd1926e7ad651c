package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.RegistryJson;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.usecase.CountViolations.Violations;
import java.util.ArrayList;
import java.util.Optional;

/// Shows the policies in force, with the tenant's overrides and values.
public final class ShowPolicies {
  private final TenantTransactions transactions;
  private final PolicyStore store;
  private final CountViolations violations;

  public ShowPolicies(
      TenantTransactions transactions, PolicyStore store, CountViolations violations) {
    this.transactions = transactions;
    this.store = store;
    this.violations = violations;
  }

  /// The policies as they are in force, overrides included, in the order of their keys.
  ///
  /// What was counted of violations is said beside them: a period that was not looked at as a whole
  /// has at least so many.
  ///
  /// @param after only policies whose keys follow this one
  public JsonObject list(Principal principal, int limit, Optional<String> after) {
    var page =
        transactions.run(principal, Rules.READ, transaction -> page(transaction, limit, after));
    // Only now: who asks was let in, and counting takes transactions of its own.
    var counts = violations.of(principal.tenant());
    var policies = new ArrayList<Json>();
    for (var policy : page.items("policies")) {
      policies.add(counted((JsonObject) policy, counts));
    }
    return page.with("policies", Json.array(policies))
        .with("violations_since", Json.of(counts.since().toString()))
        .with("violations_complete", Json.of(counts.complete()));
  }

  private JsonObject page(TenantTransaction transaction, int limit, Optional<String> after) {
    var active = store.active(transaction);
    var values = store.values(transaction);
    var effective = active.set().with(store.overrides(transaction), values.maxRiskScore());
    var found =
        effective.policies().stream()
            .filter(policy -> after.isEmpty() || policy.key().value().compareTo(after.get()) > 0)
            .limit(limit + 1L)
            .toList();
    var shown = found.stream().limit(limit).map(ShowPolicies::view).toList();
    var page =
        Json.object()
            .put("policies", Json.array(shown))
            .put("version", version(active))
            .put("threshold", effective.threshold());
    if (found.size() > limit) {
      page.put("next_cursor", found.get(limit - 1).key().value());
    }
    return page.build();
  }

  /// The tenant's overrides.
  public JsonObject overrides(Principal principal) {
    return transactions.run(principal, Rules.READ, this::overrides);
  }

  private JsonObject overrides(TenantTransaction transaction) {
    return Json.object()
        .put("overrides", ChangeInForce.overrides(store.overrides(transaction)))
        .build();
  }

  /// The tenant's values.
  public JsonObject values(Principal principal) {
    return transactions.run(
        principal, Rules.READ, transaction -> RegistryJson.write(store.values(transaction)));
  }

  static JsonObject view(Policy policy) {
    var view =
        Json.object()
            .put("id", policy.key().value())
            .put("key", policy.key().value())
            .put("name", policy.key().value().replace('_', ' '))
            .put("description", policy.description())
            .put("effect", policy.effect().word());
    if (policy.effect() instanceof Effect.Score(int points)) {
      view.put("points", points);
    }
    return view.put("enabled", policy.enabled()).put("mode", policy.mode().word()).build();
  }

  private static JsonObject counted(JsonObject policy, Violations counts) {
    var key = new PolicyKey(policy.text("key").orElseThrow());
    return policy.with("violations", Json.of(counts.of(key)));
  }

  private static Json version(PolicyStore.Active active) {
    return active.version() == TenantPolicies.NO_VERSION
        ? Json.NULL
        : Json.of((long) active.version());
  }
}
