package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.store.DelegationStore;
import java.util.Optional;
import java.util.UUID;

/// Who named a delegate takes it back, or the delegate declines; both at once.
///
/// Under the exclusive lock of rules: once this is answered, no decision is committed under it on
/// any node. What was decided before stays decided.
public final class RevokeDelegation {
  private final Ledger ledger;
  private final DelegationStore delegations = new DelegationStore();

  public RevokeDelegation(Ledger ledger) {
    this.ledger = ledger;
  }

  /// The answer is the delegation.
  public Recorded revoke(Call call, UUID id) {
    return ledger.transact(
        call,
        new Attempt("delegation.revoked", "delegation", id.toString(), Optional.of(id)),
        Rules.CHANGE,
        transaction -> revoke(transaction, id));
  }

  private JsonObject revoke(LedgerTransaction transaction, UUID id) {
    var delegation =
        delegations
            .lock(transaction.tenant(), id)
            .orElseThrow(() -> new Refusal.NotFound("delegation", id.toString()));
    var actor = transaction.principal().actor();
    if (!actor.equals(delegation.delegator()) && !actor.equals(delegation.delegate())) {
      throw new Refusal.Forbidden(
          "not_your_delegation", "who lent it or decides by it ends it, nobody else");
    }
    if (delegation.revokedAt().isPresent() || !delegation.endsAt().isAfter(transaction.now())) {
      throw new Refusal.Conflict(
          "delegation_ended", "it is " + delegation.state(transaction.now()) + " already");
    }
    delegations.revoke(transaction.tenant(), id, actor, transaction.now());
    transaction.record(
        "delegation.revoked",
        "delegation",
        id.toString(),
        id,
        Json.object()
            .put("delegator", delegation.delegator())
            .put("delegate", delegation.delegate())
            .build());
    return delegation.revoked(transaction.now()).json(transaction.now());
  }
}
