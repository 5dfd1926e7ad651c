package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicyOverride;
import dev.countersign.policy.RegistryJson;
import dev.countersign.policy.TenantValues;
import dev.countersign.policy.lifecycle.Proposed;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// Sets a tenant's overrides or values, or asks for it: they decide as much as a version does, so
/// that the same holds for them.
public final class ChangeSettings {
  private final Ledger ledger;
  private final PolicyStore store;
  private final ChangeInForce change;

  public ChangeSettings(
      Ledger ledger, PolicyStore store, PolicyVersions versions, PendingChanges changes) {
    this.ledger = ledger;
    this.store = store;
    this.change = new ChangeInForce(store, versions, changes);
  }

  /// Reads `{overrides}`; throws `Refusal.Invalid` with every problem.
  public static List<PolicyOverride> overrides(Json body) {
    var fields = Fields.of(body);
    if (fields.any("overrides").orElse(Json.NULL) instanceof Json.JsonNull) {
      fields.problem("overrides", "missing", "is required");
    }
    var overrides = new ArrayList<PolicyOverride>();
    var keys = new TreeSet<PolicyKey>();
    for (var each : fields.nestedList("overrides", Proposed.Overrides.MOST)) {
      var override = RegistryJson.override(each);
      if (!keys.add(override.key())) {
        each.problem("key", "duplicate", "is the key of another override too");
      }
      overrides.add(override);
    }
    fields.done();
    return overrides;
  }

  /// Reads `{max_risk_score?, row_count_limit?, token_limit?}`; throws `Refusal.Invalid` with every
  /// problem.
  public static TenantValues values(Json body) {
    var fields = Fields.of(body);
    var values = RegistryJson.values(fields);
    fields.done();
    return values;
  }

  /// The answer is what was asked for, and whether it is `applied` or `waiting`.
  public Recorded override(Call call, List<PolicyOverride> overrides) {
    return ledger.transact(
        call,
        new Attempt("policy.overrides_changed", "policy_overrides", "all"),
        Rules.CHANGE,
        transaction -> {
          requireKnown(transaction.tenant(), overrides);
          return submitted(transaction, new Proposed.Overrides(overrides));
        });
  }

  /// The answer is what was asked for, and whether it is `applied` or `waiting`.
  public Recorded set(Call call, TenantValues values) {
    return ledger.transact(
        call,
        new Attempt("policy.values_changed", "policy_values", "all"),
        Rules.CHANGE,
        transaction -> submitted(transaction, new Proposed.Values(values)));
  }

  private JsonObject submitted(LedgerTransaction transaction, Proposed proposed) {
    var answer = change.submit(transaction, proposed);
    for (var member : ChangeInForce.details(proposed).build().members().entrySet()) {
      answer = answer.with(member.getKey(), member.getValue());
    }
    return answer;
  }

  /// An override of nothing would say what a version to come is to do, unseen by whoever confirms
  /// that version. One that has lost its policy by a change of versions may stay.
  private void requireKnown(TenantTransaction transaction, List<PolicyOverride> overrides) {
    var policies = new TreeMap<PolicyKey, Policy>();
    store.active(transaction).set().policies().forEach(each -> policies.put(each.key(), each));
    var standing = store.overrides(transaction);
    var reasons = new ArrayList<Violation>();
    for (int i = 0; i < overrides.size(); i++) {
      var override = overrides.get(i);
      var policy = policies.get(override.key());
      if (standing.contains(override)) {
        continue;
      }
      if (policy == null) {
        reasons.add(
            new Violation(
                "/overrides/" + i + "/key", "policy_not_found", "no policy in force has this key"));
      } else if (override.points().isPresent() && !(policy.effect() instanceof Effect.Score)) {
        reasons.add(
            new Violation(
                "/overrides/" + i + "/points",
                "no_points",
                "`" + override.key() + "` is no `score` and gives no points"));
      }
    }
    if (!reasons.isEmpty()) {
      throw new Refusal.Conflict(
          "override_of_nothing", "an override would change nothing that is in force", reasons);
    }
  }
}
