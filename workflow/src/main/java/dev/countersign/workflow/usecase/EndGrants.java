package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.PreGrant;
import dev.countersign.workflow.store.PreGrantStore;
import java.util.Optional;
import java.util.UUID;

/// Ends grants that nobody used: who gave one takes it back, or its time is over.
///
/// Whoever uses one holds its row until he commits, so it was either used before or is never used.
public final class EndGrants {
  private final Ledger ledger;
  private final PreGrantStore grants = new PreGrantStore();

  public EndGrants(Ledger ledger) {
    this.ledger = ledger;
  }

  /// The answer is the grant.
  public Recorded revoke(Call call, UUID id) {
    return ledger.transact(
        call,
        new Attempt("grant.revoked", "grant", id.toString(), Optional.of(id)),
        Rules.APPLY,
        transaction -> revoke(transaction, id));
  }

  private JsonObject revoke(LedgerTransaction transaction, UUID id) {
    var grant =
        grants
            .lock(transaction.tenant(), id)
            .orElseThrow(() -> new Refusal.NotFound("grant", id.toString()));
    if (!grant.grantor().equals(transaction.principal().actor())) {
      throw new Refusal.Forbidden("not_your_grant", "who gave it takes it back, nobody else");
    }
    if (!grant.open(transaction.now())) {
      throw new Refusal.Conflict("grant_ended", "it is over already");
    }
    return end(transaction, grants, grant, PreGrant.State.REVOKED).json();
  }

  /// Ends a grant whose time is over; does nothing otherwise.
  public void expire(TenantId tenant, UUID id, String traceId) {
    ledger.transact(
        Call.system(tenant, "expiry", traceId),
        new Attempt("grant.expired", "grant", id.toString(), Optional.of(id)),
        Rules.APPLY,
        transaction -> {
          grants
              .lock(transaction.tenant(), id)
              .filter(grant -> grant.state() == PreGrant.State.OPEN)
              .filter(grant -> !grant.open(transaction.now()))
              .ifPresent(grant -> end(transaction, grants, grant, PreGrant.State.EXPIRED));
          return JsonObject.EMPTY;
        });
  }

  /// Within a transaction that holds its row.
  static PreGrant end(
      LedgerTransaction transaction, PreGrantStore grants, PreGrant grant, PreGrant.State how) {
    var ended = grant.ended(how, transaction.now(), Optional.empty());
    grants.end(transaction.tenant(), ended);
    transaction.record(
        "grant." + how.word(),
        "grant",
        grant.id().toString(),
        grant.id(),
        Json.object().put("grantor", grant.grantor()).build());
    return ended;
  }
}
