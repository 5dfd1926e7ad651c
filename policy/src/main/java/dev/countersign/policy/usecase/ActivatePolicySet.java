package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.PolicySetJson;
import dev.countersign.policy.lifecycle.PendingChange;
import dev.countersign.policy.lifecycle.PendingChange.Decided;
import dev.countersign.policy.lifecycle.PendingChange.State;
import dev.countersign.policy.lifecycle.Proposed;
import dev.countersign.policy.lifecycle.SetReport;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Puts a version into force, or asks for it: an older one is a roll back.
///
/// Its conditions are compiled and its tests run once more: it may have been validated by an older
/// release.
public final class ActivatePolicySet {
  private final Ledger ledger;
  private final PolicyVersions versions;
  private final PendingChanges changes;
  private final ValidatePolicySet validate;
  private final ChangeInForce change;

  public ActivatePolicySet(
      Ledger ledger,
      PolicyStore store,
      PolicyVersions versions,
      PendingChanges changes,
      ValidatePolicySet validate) {
    this.ledger = ledger;
    this.versions = versions;
    this.changes = changes;
    this.validate = validate;
    this.change = new ChangeInForce(store, versions, changes);
  }

  /// The answer says whether it is in force (`applied`) or waits for a second person (`waiting`).
  public Recorded activate(Call call, int version) {
    var report = validate.reportReady(call, version);
    return ledger.transact(
        call,
        new Attempt("policy.activation_requested", "policy_set", Integer.toString(version)),
        Rules.CHANGE,
        transaction -> activate(transaction, version, report));
  }

  private JsonObject activate(LedgerTransaction transaction, int number, SetReport report) {
    var tenant = transaction.tenant();
    var version =
        versions.lock(tenant, number).orElseThrow(() -> ValidatePolicySet.notFound(number));
    ChangeInForce.requireActivatable(version);
    requireSound(number, report);
    var ended = giveWay(transaction, number);
    var outcome = change.submit(transaction, new Proposed.Activation(number), ended);
    return outcome.with("version", VersionView.brief(versions.read(tenant, number).orElseThrow()));
  }

  /// Throws if the set has come to be unsound since it was validated.
  static void requireSound(int version, SetReport report) {
    if (report.sound()) {
      return;
    }
    throw new Refusal.Conflict(
        "version_unsound",
        "version " + version + " is not fit for use in this release: draft a corrected one",
        unsound(report));
  }

  /// What is wrong, as reasons of a refusal.
  static List<Violation> unsound(SetReport report) {
    var reasons = new ArrayList<Violation>(PolicySetJson.violations(report.problems()));
    report.tests().stream()
        .filter(test -> !test.passed())
        .forEach(test ->
            reasons.add(new Violation("/tests", "test_failed", "`" + test.name() + "` fails")));
    return reasons;
  }

  /// A request that cannot be confirmed any more makes room for this one; says which it was.
  private Optional<UUID> giveWay(LedgerTransaction transaction, int version) {
    var tenant = transaction.tenant();
    var earlier = changes.ofVersion(tenant, version);
    if (earlier.isEmpty()) {
      return Optional.empty();
    }
    boolean confirmable =
        !earlier.get().expired(transaction.now())
            && earlier.get().standsOn(change.activeVersion(tenant), tenant.generation().policies());
    if (confirmable) {
      throw new Refusal.Conflict(
          "already_requested",
          "the activation of version %d waits already for its second person, as change `%s`"
              .formatted(version, earlier.get().id()));
    }
    changes.decide(
        tenant,
        earlier.get(),
        State.SUPERSEDED,
        new Decided(transaction.principal().actor(), transaction.now()));
    return earlier.map(PendingChange::id);
  }
}
