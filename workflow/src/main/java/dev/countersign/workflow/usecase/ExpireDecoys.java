package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.workflow.DecoyVerdict;
import dev.countersign.workflow.store.DecoyStore;
import java.util.UUID;

/// Ends decoys that nobody decided about; they say nothing about anybody.
final class ExpireDecoys {
  private final Ledger ledger;
  private final DecoyStore decoys = new DecoyStore();

  ExpireDecoys(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Ends one that nobody decided in time; does nothing otherwise.
  void expire(TenantId tenant, UUID id, String traceId) {
    ledger.transact(
        Call.system(tenant, "expiry", traceId),
        new Attempt("decoy.revealed", "approval", id.toString()),
        Rules.APPLY,
        transaction -> {
          decoys
              .lock(transaction.tenant(), id)
              .filter(decoy -> decoy.end().isEmpty())
              .filter(decoy -> decoy.request().expired(transaction.now()))
              .ifPresent(
                  decoy -> DecideDecoy.reveal(transaction, decoys, decoy, DecoyVerdict.EXPIRED));
          return JsonObject.EMPTY;
        });
  }
}
