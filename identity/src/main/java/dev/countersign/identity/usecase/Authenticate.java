package dev.countersign.identity.usecase;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Authenticated;
import dev.countersign.identity.Pepper;
import dev.countersign.identity.store.KeyStore;
import dev.countersign.kernel.Digest;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/// Proves a presented key.
///
/// Known keys are kept in memory, for speed only: every transaction compares the counter of
/// credentials that the key was read under with the current one, so a revoked key is refused on
/// every node whatever is cached. Safe for use by many threads.
public final class Authenticate {
  private static final int MOST_KEYS = 100_000;
  private static final Duration KEPT = Duration.ofMinutes(5);

  /// What a key that nobody has is compared with, so that the work is the same.
  private static final Digest NOBODY = Digest.ZERO;

  private final DataSource app;
  private final Pepper pepper;
  private final Clock clock;
  private final Cache<String, KeyStore.Found> known =
      Caffeine.newBuilder().maximumSize(MOST_KEYS).expireAfterWrite(KEPT).build();

  /// @param app connections of the application role
  public Authenticate(DataSource app, Pepper pepper, Clock clock) {
    this.app = app;
    this.pepper = pepper;
    this.clock = clock;
  }

  /// Whether [#verify] will answer without asking the database.
  public boolean remembers(String keyId) {
    return known.getIfPresent(keyId) != null;
  }

  /// Who holds the key; empty for an unknown, wrong, revoked or expired one and for a suspended
  /// tenant, all after the same work. Asks the database unless the key is remembered.
  public Optional<Authenticated> verify(ApiKey key) {
    var remembered = known.getIfPresent(key.keyId());
    return remembered != null ? check(key, Optional.of(remembered)) : verifyAnew(key);
  }

  /// The same, past what is remembered.
  public Optional<Authenticated> verifyAnew(ApiKey key) {
    var found = KeyStore.find(app, key.keyId());
    found.ifPresentOrElse(
        stored -> known.put(key.keyId(), stored), () -> known.invalidate(key.keyId()));
    return check(key, found);
  }

  private Optional<Authenticated> check(ApiKey key, Optional<KeyStore.Found> found) {
    boolean matches = pepper.matches(key.secret(), found.map(KeyStore.Found::hash).orElse(NOBODY));
    if (!matches || found.isEmpty()) {
      return Optional.empty();
    }
    var stored = found.get();
    boolean expired = stored.expiresAt().filter(end -> !clock.instant().isBefore(end)).isPresent();
    if (expired || stored.revoked() || stored.suspended()) {
      return Optional.empty();
    }
    return Optional.of(new Authenticated(stored.principal(), stored.limit(), stored.demo()));
  }
}
