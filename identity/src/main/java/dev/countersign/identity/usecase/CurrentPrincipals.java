package dev.countersign.identity.usecase;

import dev.countersign.identity.KeyState;
import dev.countersign.identity.store.KeyStore;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransaction;
import java.time.Instant;
import java.util.Optional;

/// Who somebody is now who is not the one that calls: for rooms that act on what he said earlier,
/// such as whom he named to decide for him.
///
/// In a transaction that holds the tenant's generation lock the answer stays true until it commits:
/// nobody's credential changes meanwhile. Safe for use by many threads.
public final class CurrentPrincipals {
  private static final String KEYS = Principal.Kind.API_KEY.word() + ":";

  /// The principal whom the ledger names `actor`, with what his credential carries now; empty if
  /// none of his credentials is in force, or if there is no such actor. Whoever asks MUST treat
  /// both as somebody who may nothing.
  public Optional<Principal> find(TenantTransaction transaction, String actor, Instant now) {
    if (!actor.startsWith(KEYS)) {
      return Optional.empty();
    }
    return KeyStore.read(transaction, actor.substring(KEYS.length()))
        .filter(key -> inForce(key.state(now)))
        .map(key ->
            new Principal(
                transaction.tenant(),
                Principal.Kind.API_KEY,
                key.keyId(),
                key.name(),
                key.roles(),
                key.scopes(),
                key.site(),
                transaction.generation().credentials()));
  }

  private static boolean inForce(KeyState state) {
    return switch (state) {
      case ACTIVE, ROTATING -> true;
      case REVOKED, EXPIRED -> false;
    };
  }
}
