package dev.countersign.identity.usecase;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Authenticated;
import dev.countersign.identity.Pepper;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.store.KeyStore;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;

/// Proves a presented key.
///
/// Known keys are kept in memory, for speed only: every transaction compares the counter of
/// credentials that the key was read under with the current one, so a revoked key or a secret that
/// was rotated away is refused on every node whatever is cached. What is cached only ever lets
/// somebody in; a refusal is always the database's. Safe for use by many threads.
public final class Authenticate {
  private static final int MOST_KEYS = 100_000;

  /// Since its last use, so that a key in use stays known while its address is out of failures.
  private static final Duration KEPT = Duration.ofMinutes(5);

  /// What a key that nobody has is compared with, so that the work is the same.
  private static final Digest NOBODY = Digest.ZERO;

  private final DataSource app;
  private final Pepper pepper;
  private final RateLimit usual;
  private final Clock clock;
  private final Cache<String, KeyStore.Found> known =
      Caffeine.newBuilder().maximumSize(MOST_KEYS).expireAfterAccess(KEPT).build();

  /// @param app connections of the application role
  /// @param usual the limit of keys for which neither they nor their tenant have one
  public Authenticate(DataSource app, Pepper pepper, RateLimit usual, Clock clock) {
    this.app = app;
    this.pepper = pepper;
    this.usual = usual;
    this.clock = clock;
  }

  /// Who holds the key, if that is remembered; never asks the database. Empty says nothing about
  /// the key: its secret may have been rotated on another node.
  ///
  /// @param source the address from which it came
  public Optional<Authenticated> recall(ApiKey key, String source) {
    return check(key, source, Optional.ofNullable(known.getIfPresent(key.keyId())));
  }

  /// Who holds the key; empty for an unknown, wrong, rotated, revoked or expired one, for one from
  /// a network that it is not for, and for a suspended tenant, all after the same work.
  public Optional<Authenticated> verify(ApiKey key, String source) {
    return recall(key, source).or(() -> verifyAnew(key, source));
  }

  /// The same, past what is remembered.
  public Optional<Authenticated> verifyAnew(ApiKey key, String source) {
    var found = KeyStore.find(app, key.keyId());
    found.ifPresentOrElse(
        stored -> known.put(key.keyId(), stored), () -> known.invalidate(key.keyId()));
    return check(key, source, found);
  }

  /// Whose key was asked about last under this id, for recording that it failed.
  public Optional<TenantId> tenantOf(String keyId) {
    return Optional.ofNullable(known.getIfPresent(keyId)).map(found -> found.principal().tenant());
  }

  private Optional<Authenticated> check(ApiKey key, String source, Optional<KeyStore.Found> found) {
    var now = clock.instant();
    var former = found.flatMap(KeyStore.Found::former);
    boolean matches =
        pepper.matches(
            key.secret(),
            found.map(KeyStore.Found::hash).orElse(NOBODY),
            former
                .filter(secret -> now.isBefore(secret.until()))
                .map(KeyStore.Former::hash)
                .orElse(NOBODY));
    if (!matches || found.isEmpty() || !inForce(found.get(), source, now)) {
      return Optional.empty();
    }
    var stored = found.get();
    return Optional.of(
        new Authenticated(
            stored.principal(),
            stored.limited() ? Optional.of(stored.limit().orElse(usual)) : Optional.empty(),
            stored.whenUnavailable(),
            stored.demo()));
  }

  private static boolean inForce(KeyStore.Found key, String source, Instant now) {
    boolean there =
        key.networks().isEmpty()
            || key.networks().stream().anyMatch(network -> network.contains(source));
    boolean expired = key.expiresAt().filter(end -> !now.isBefore(end)).isPresent();
    return there && !expired && !key.revoked() && !key.suspended();
  }
}
