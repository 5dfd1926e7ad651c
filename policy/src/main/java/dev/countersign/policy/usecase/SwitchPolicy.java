package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.lifecycle.Proposed;
import dev.countersign.policy.lifecycle.SetReport;
import dev.countersign.policy.lifecycle.VersionState;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.store.PolicyVersions.Content;
import dev.countersign.policy.tests.PolicyTests;
import java.util.List;
import java.util.Optional;

/// Turns one policy of the set in force on or off, as a new version of the set.
public final class SwitchPolicy {
  private final Ledger ledger;
  private final TenantTransactions transactions;
  private final PolicyStore store;
  private final PolicyVersions versions;
  private final Conditions conditions;
  private final ChangeInForce change;

  public SwitchPolicy(
      Ledger ledger,
      TenantTransactions transactions,
      PolicyStore store,
      PolicyVersions versions,
      PendingChanges changes,
      Conditions conditions) {
    this.ledger = ledger;
    this.transactions = transactions;
    this.store = store;
    this.versions = versions;
    this.conditions = conditions;
    this.change = new ChangeInForce(store, versions, changes);
  }

  /// Reads `{enabled}`; throws `Refusal.Invalid` with every problem.
  public static boolean parse(Json body) {
    var fields = Fields.of(body);
    boolean enabled = fields.truth("enabled");
    fields.done();
    return enabled;
  }

  /// What is meant to be in force, prepared outside the transaction that changes rules.
  private record Prepared(int base, Content content, boolean changed, SetReport report) {}

  /// The answer is the policy, and whether the change is `applied` or `waiting`.
  public Recorded turn(Call call, String key, boolean enabled) {
    var prepared = prepare(call, key, enabled);
    return ledger.transact(
        call,
        new Attempt("policy.switched", "policy", key),
        Rules.CHANGE,
        transaction -> turn(transaction, key, enabled, prepared.orElseThrow(() -> notFound(key))));
  }

  private Optional<Prepared> prepare(Call call, String key, boolean enabled) {
    record Base(int version, Content content) {}
    var base =
        transactions.run(
            call.principal(),
            Rules.READ,
            transaction ->
                versions
                    .active(transaction)
                    .map(active ->
                        new Base(
                            active.version(),
                            versions.content(transaction, active.version()).orElseThrow())));
    var policy = base.flatMap(found -> policy(found.content().set(), key));
    if (policy.isEmpty()) {
      return Optional.empty();
    }
    var content = base.orElseThrow().content();
    var changed =
        new Content(
            new PolicySet(
                content.set().policies().stream()
                    .map(each -> each.key().value().equals(key) ? each.enabled(enabled) : each)
                    .toList(),
                content.set().threshold()),
            content.tests());
    return Optional.of(
        new Prepared(
            base.orElseThrow().version(),
            changed,
            policy.get().enabled() != enabled,
            SetReport.of(changed.set(), PolicyTests.read(changed.tests()), conditions)));
  }

  private JsonObject turn(
      LedgerTransaction transaction, String key, boolean enabled, Prepared prepared) {
    var tenant = transaction.tenant();
    var active = versions.active(tenant);
    if (active.filter(version -> version.version() == prepared.base()).isEmpty()) {
      throw new Refusal.Conflict(
          "base_moved", "another version was put into force just now: look at it and ask again");
    }
    boolean overridden =
        store.overrides(tenant).stream()
            .anyMatch(
                override -> override.key().value().equals(key) && override.enabled().isPresent());
    if (overridden) {
      throw new Refusal.Conflict(
          "override_stands",
          "an override decides whether `" + key + "` is enabled: see `/v1/policy-overrides`");
    }
    if (!prepared.changed()) {
      record(transaction, key, enabled, prepared.base());
      return answer(prepared, key, prepared.base())
          .with("outcome", Json.of("applied"))
          .with("reasons", Json.array(List.of()));
    }
    requireTestsPass(key, prepared.report());
    int version = draft(transaction, key, enabled, prepared);
    var outcome = change.submit(transaction, new Proposed.Activation(version));
    var answer = answer(prepared, key, version);
    for (var member : outcome.members().entrySet()) {
      answer = answer.with(member.getKey(), member.getValue());
    }
    return answer;
  }

  private int draft(LedgerTransaction transaction, String key, boolean enabled, Prepared prepared) {
    var tenant = transaction.tenant();
    int version =
        DraftPolicySet.draft(transaction, versions, prepared.content())
            .number("version")
            .orElseThrow()
            .intValue();
    versions.move(
        tenant,
        versions.read(tenant, version).orElseThrow(),
        VersionState.VALIDATED,
        transaction.principal().actor(),
        transaction.now());
    record(transaction, key, enabled, version);
    return version;
  }

  private static void requireTestsPass(String key, SetReport report) {
    if (!report.sound()) {
      throw new Refusal.Conflict(
          "version_unsound",
          "the tests of the set in force do not pass with `"
              + key
              + "` like this: draft a version whose tests say what you want",
          ActivatePolicySet.unsound(report));
    }
  }

  private static void record(
      LedgerTransaction transaction, String key, boolean enabled, int version) {
    transaction.record(
        "policy.switched",
        "policy",
        key,
        transaction.newId(),
        Json.object().put("policy", key).put("enabled", enabled).put("version", version).build());
  }

  private static JsonObject answer(Prepared prepared, String key, int version) {
    return ShowPolicies.view(policy(prepared.content().set(), key).orElseThrow())
        .with("version", Json.of((long) version));
  }

  private static Optional<Policy> policy(PolicySet set, String key) {
    return set.policies().stream().filter(policy -> policy.key().value().equals(key)).findFirst();
  }

  private static Refusal.NotFound notFound(String key) {
    return new Refusal.NotFound(
        "policy", key.length() <= PolicyKey.LONGEST ? key : key.substring(0, PolicyKey.LONGEST));
  }
}
