package dev.countersign.identity.usecase;

import dev.countersign.identity.store.KeyStore;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/// Lists a tenant's keys, newest first; never a secret or its hash.
public final class ListKeys {
  private final TenantTransactions transactions;
  private final Clock clock;

  public ListKeys(TenantTransactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /// @param after the last key of the page before
  public JsonObject in(Principal principal, Optional<String> after, int limit) {
    var now = clock.instant();
    // One more than asked for tells whether another page follows.
    var found =
        transactions.run(
            principal, Rules.READ, transaction -> KeyStore.list(transaction, after, limit + 1));
    var page = found.subList(0, Math.min(limit, found.size()));
    var answer =
        Json.object().put("keys", Json.array(page.stream().map(key -> view(key, now)).toList()));
    if (found.size() > limit) {
      answer.put("next_cursor", page.getLast().keyId());
    }
    return answer.build();
  }

  private static JsonObject view(KeyStore.Listed key, Instant now) {
    return Json.object()
        .put("id", key.keyId())
        .put("name", key.name())
        .put("roles", Json.strings(key.roles()))
        .put("scopes", key.scopes().map(Json::strings))
        .put("networks", Json.strings(key.networks()))
        .put("site", key.site())
        .put("state", key.state(now).word())
        .put("limit", key.limit().map(limit -> Json.of((long) limit.limit())))
        .put("burst", key.limit().map(limit -> Json.of((long) limit.burst())))
        .put("created_at", key.createdAt().toString())
        .put("created_by", key.createdBy())
        .put("expires_at", time(key.expiresAt()))
        .put("rotated_at", time(key.rotatedAt()))
        .put("former_until", time(key.formerUntil().filter(now::isBefore)))
        .put("revoked_at", time(key.revokedAt()))
        .put("last_used_at", time(key.usage().map(KeyStore.Usage::lastUsed)))
        .put("request_count", key.usage().map(KeyStore.Usage::requests).orElse(0L))
        .build();
  }

  private static Optional<Json> time(Optional<Instant> time) {
    return time.map(moment -> Json.of(moment.toString()));
  }
}
