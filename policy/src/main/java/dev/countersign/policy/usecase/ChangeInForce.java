package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.policy.PolicyOverride;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.RegistryJson;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.TenantValues;
import dev.countersign.policy.lifecycle.InForce;
import dev.countersign.policy.lifecycle.PendingChange;
import dev.countersign.policy.lifecycle.PendingChange.Decided;
import dev.countersign.policy.lifecycle.PendingChange.State;
import dev.countersign.policy.lifecycle.PolicyVersion;
import dev.countersign.policy.lifecycle.Proposed;
import dev.countersign.policy.lifecycle.VersionState;
import dev.countersign.policy.lifecycle.Widening;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What activating, overriding and setting values have in common: a change that is provably not
/// wider is applied, any other waits for a second person.
///
/// Every method MUST be called in a transaction opened to change rules.
final class ChangeInForce {
  /// Changes that wait at once; who has more to confirm confirms nothing with care.
  private static final int MOST_WAITING = 20;

  private final PolicyStore store;
  private final PolicyVersions versions;
  private final PendingChanges changes;

  ChangeInForce(PolicyStore store, PolicyVersions versions, PendingChanges changes) {
    this.store = store;
    this.versions = versions;
    this.changes = changes;
  }

  /// Applies the change or has it wait; the answer says which.
  JsonObject submit(LedgerTransaction transaction, Proposed proposed) {
    return submit(transaction, proposed, Optional.empty());
  }

  /// @param instead the request that ended to make room for this
  JsonObject submit(LedgerTransaction transaction, Proposed proposed, Optional<UUID> instead) {
    var tenant = transaction.tenant();
    var active = store.active(tenant);
    var reasons = reasons(tenant, active, proposed);
    if (reasons.isEmpty()) {
      apply(transaction, proposed, transaction.newId(), details(proposed, instead));
      return Json.object().put("outcome", "applied").put("reasons", Json.array(List.of())).build();
    }
    if (changes.waiting(tenant, transaction.now()) >= MOST_WAITING) {
      throw new Refusal.Conflict(
          "too_many_changes",
          "at most " + MOST_WAITING + " changes wait at once: confirm or reject one first");
    }
    var change =
        new PendingChange(
            transaction.newId(),
            proposed,
            reasons,
            active.version(),
            tenant.generation().policies(),
            transaction.principal().actor(),
            transaction.now(),
            transaction.now().plus(PendingChange.LIFETIME),
            State.PENDING,
            Optional.empty());
    changes.add(tenant, change);
    transaction.record(
        entry(proposed, "requested"),
        "policy_change",
        change.id().toString(),
        change.id(),
        details(proposed, instead)
            .put("base_version", active.version())
            .put("reasons", Json.strings(change.reasons()))
            .build());
    return Json.object()
        .put("outcome", "waiting")
        .put("reasons", Json.strings(change.reasons()))
        .put("change", ChangeView.of(change, transaction.now()))
        .build();
  }

  /// Puts a change into force that waited for its second person.
  void confirm(LedgerTransaction transaction, PendingChange change) {
    changes.decide(
        transaction.tenant(),
        change,
        State.CONFIRMED,
        new Decided(transaction.principal().actor(), transaction.now()));
    apply(
        transaction,
        change.proposed(),
        change.id(),
        details(change.proposed())
            .put("change_id", change.id().toString())
            .put("requested_by", change.requestedBy()));
  }

  private void apply(
      LedgerTransaction transaction, Proposed proposed, UUID correlation, Json.Builder details) {
    switch (proposed) {
      case Proposed.Activation(int version) ->
          activate(transaction, version, correlation).ifPresent(old -> details.put("retired", old));
      case Proposed.Overrides(var overrides) -> {
        details.put("before", overrides(store.overrides(transaction.tenant())));
        store.clearOverrides(transaction.tenant());
        overrides.forEach(override -> store.put(transaction.tenant(), override));
      }
      case Proposed.Values(var values) -> {
        details.put("before", RegistryJson.write(store.values(transaction.tenant())));
        store.put(transaction.tenant(), values);
      }
    }
    transaction.tenant().raise(Counter.POLICIES);
    transaction.record(
        applied(proposed),
        "policy_set",
        subject(proposed, transaction),
        correlation,
        details.build());
  }

  private Optional<Integer> activate(LedgerTransaction transaction, int number, UUID correlation) {
    var tenant = transaction.tenant();
    var version = versions.lock(tenant, number).orElseThrow();
    var old = versions.active(tenant);
    var actor = transaction.principal().actor();
    versions.activate(tenant, version, actor, transaction.now());
    old.ifPresent(retired ->
        transaction.record(
            "policy.retired",
            "policy_set",
            Integer.toString(retired.version()),
            correlation,
            Json.object().put("version", retired.version()).put("replaced_by", number).build()));
    return old.map(retired -> retired.version());
  }

  int activeVersion(TenantTransaction transaction) {
    return versions
        .active(transaction)
        .map(PolicyVersion::version)
        .orElse(TenantPolicies.NO_VERSION);
  }

  /// Why the change needs a second person; empty if it is provably not wider.
  private List<String> reasons(
      TenantTransaction transaction, PolicyStore.Active active, Proposed proposed) {
    if (active.version() == TenantPolicies.NO_VERSION) {
      return List.of("no version was ever in force, so that anything is more than nothing");
    }
    var overrides = store.overrides(transaction);
    var values = store.values(transaction);
    return Widening.reasons(
        inForce(active.set(), overrides, values),
        switch (proposed) {
          case Proposed.Activation(int version) ->
              inForce(
                  versions.content(transaction, version).orElseThrow().set(), overrides, values);
          case Proposed.Overrides(var others) -> inForce(active.set(), others, values);
          case Proposed.Values(var others) -> inForce(active.set(), overrides, others);
        });
  }

  private static InForce inForce(
      PolicySet set, List<PolicyOverride> overrides, TenantValues values) {
    return new InForce(set.with(overrides, values.maxRiskScore()), values);
  }

  static String entry(Proposed proposed, String what) {
    return switch (proposed) {
      case Proposed.Activation(int _) -> "policy.activation_" + what;
      case Proposed.Overrides(var _) -> "policy.overrides_" + what;
      case Proposed.Values(var _) -> "policy.values_" + what;
    };
  }

  static String applied(Proposed proposed) {
    return proposed instanceof Proposed.Activation
        ? "policy.activated"
        : entry(proposed, "changed");
  }

  private String subject(Proposed proposed, LedgerTransaction transaction) {
    return proposed instanceof Proposed.Activation(int version)
        ? Integer.toString(version)
        : Integer.toString(activeVersion(transaction.tenant()));
  }

  private static Json.Builder details(Proposed proposed, Optional<UUID> instead) {
    return details(proposed).put("instead_of", instead.map(id -> Json.of(id.toString())));
  }

  static Json.Builder details(Proposed proposed) {
    var details = Json.object();
    return switch (proposed) {
      case Proposed.Activation(int version) -> details.put("version", version);
      case Proposed.Overrides(var overrides) -> details.put("overrides", overrides(overrides));
      case Proposed.Values(var values) -> details.put("values", RegistryJson.write(values));
    };
  }

  static Json.JsonArray overrides(List<PolicyOverride> overrides) {
    return Json.array(overrides.stream().map(RegistryJson::write).toList());
  }

  /// Throws unless the version may be put into force from where it stands.
  static void requireActivatable(PolicyVersion version) {
    if (version.state().mayBecome(VersionState.ACTIVE)) {
      return;
    }
    throw new Refusal.Conflict(
        "wrong_version_state",
        switch (version.state()) {
          case DRAFT -> "version " + version.version() + " is a draft: validate it first";
          case ACTIVE -> "version " + version.version() + " is in force already";
          case DISCARDED -> "version " + version.version() + " was discarded: draft it anew";
          case VALIDATED, SIMULATED, RETIRED ->
              "version " + version.version() + " may be activated";
        });
  }
}
