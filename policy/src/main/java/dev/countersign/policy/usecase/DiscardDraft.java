package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.lifecycle.VersionState;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicyVersions;

/// Gives up a version that was never in force. Its number and content stay: an entry of the ledger
/// names them.
public final class DiscardDraft {
  private final Ledger ledger;
  private final PolicyVersions versions;
  private final PendingChanges changes;

  public DiscardDraft(Ledger ledger, PolicyVersions versions, PendingChanges changes) {
    this.ledger = ledger;
    this.versions = versions;
    this.changes = changes;
  }

  /// The answer is the version.
  public Recorded discard(Call call, int version) {
    return ledger.transact(
        call,
        new Attempt("policy.discarded", "policy_set", Integer.toString(version)),
        Rules.APPLY,
        transaction -> discard(transaction, version));
  }

  private JsonObject discard(LedgerTransaction transaction, int number) {
    var tenant = transaction.tenant();
    var version =
        versions.lock(tenant, number).orElseThrow(() -> ValidatePolicySet.notFound(number));
    if (!version.state().mayBecome(VersionState.DISCARDED)) {
      throw new Refusal.Conflict(
          "wrong_version_state",
          "version "
              + number
              + " is `"
              + version.state().word()
              + "`: only what was never in force can be discarded");
    }
    if (changes.ofVersion(tenant, number).isPresent()) {
      throw new Refusal.Conflict(
          "already_requested", "the activation of version " + number + " waits: reject it first");
    }
    versions.move(
        tenant,
        version,
        VersionState.DISCARDED,
        transaction.principal().actor(),
        transaction.now());
    transaction.record(
        "policy.discarded",
        "policy_set",
        Integer.toString(number),
        transaction.newId(),
        Json.object().put("version", number).build());
    return VersionView.brief(versions.read(tenant, number).orElseThrow());
  }
}
