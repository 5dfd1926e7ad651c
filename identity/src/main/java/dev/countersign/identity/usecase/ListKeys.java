package dev.countersign.identity.usecase;

import dev.countersign.identity.store.KeyStore;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.time.Clock;
import java.time.Instant;

/// Lists a tenant's keys, newest first; never a secret or its hash.
public final class ListKeys {
  private final TenantTransactions transactions;
  private final Clock clock;

  public ListKeys(TenantTransactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  public JsonObject in(Principal principal, int limit) {
    var now = clock.instant();
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            Json.object()
                .put(
                    "keys",
                    Json.array(
                        KeyStore.list(transaction, limit).stream()
                            .map(key -> view(key, now))
                            .toList()))
                .build());
  }

  private static JsonObject view(KeyStore.Listed key, Instant now) {
    return Json.object()
        .put("id", key.keyId())
        .put("name", key.name())
        .put("roles", Json.strings(key.roles()))
        .put("site", key.site())
        .put("state", state(key, now))
        .put("created_at", key.createdAt().toString())
        .put("created_by", key.createdBy())
        .put("expires_at", key.expiresAt().map(end -> Json.of(end.toString())))
        .put("revoked_at", key.revokedAt().map(end -> Json.of(end.toString())))
        .build();
  }

  private static String state(KeyStore.Listed key, Instant now) {
    if (key.revokedAt().isPresent()) {
      return "revoked";
    }
    return key.expiresAt().filter(end -> !now.isBefore(end)).isPresent() ? "expired" : "active";
  }
}
