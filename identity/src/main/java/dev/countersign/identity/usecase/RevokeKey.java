package dev.countersign.identity.usecase;

import dev.countersign.identity.store.KeyStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.Recorded;

/// Revokes a key: no answer is committed for it on any node afterwards.
public final class RevokeKey {
  private final Ledger ledger;

  public RevokeKey(Ledger ledger) {
    this.ledger = ledger;
  }

  public Recorded in(Call call, String keyId) {
    return ledger.transact(
        call,
        new Attempt("key.revoked", "api_key", keyId),
        Rules.CHANGE,
        transaction -> {
          var key =
              KeyStore.lock(transaction.tenant(), keyId)
                  .orElseThrow(() -> new Refusal.NotFound("api_key", keyId));
          if (key.revokedAt().isPresent()) {
            throw new Refusal.Conflict("already_revoked", "key `" + keyId + "` is revoked already");
          }
          transaction.tenant().raise(Counter.CREDENTIALS);
          KeyStore.revoke(transaction.tenant(), keyId, transaction.now());
          transaction.record(
              "key.revoked",
              "api_key",
              keyId,
              transaction.newId(),
              Json.object().put("name", key.name()).build());
          return Json.object()
              .put("id", keyId)
              .put("state", "revoked")
              .put("revoked_at", transaction.now().toString())
              .build();
        });
  }
}
