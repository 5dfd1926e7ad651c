package dev.countersign.ledger.content;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The keys of content at rest: one secret for each expiry day and one for what is kept, each
/// compared with the fingerprint that the database has of it before it is used.
///
/// A secret is made only for a day of which the database has no fingerprint, so a folder that was
/// lost is never silently replaced by one that opens nothing. Safe for use by many threads.
public final class ContentKeys {
  /// Keys held in memory: a few days of thousands of tenants.
  private static final int MOST_KEYS = 20_000;

  private final ContentKeyFolder folder;
  private final Recorded recorded;
  private final Sealing sealing;
  private final Map<ContentDay, ContentSecret> secrets = new ConcurrentHashMap<>();
  private final Map<Place, ContentKey> keys = new ConcurrentHashMap<>();

  private record Place(ContentDay day, TenantId tenant) {}

  /// What the database knows of secrets.
  @FunctionalInterface
  public interface Recorded {
    /// The fingerprint of a day's secret; empty if the day has none yet.
    Optional<Fingerprint> of(ContentDay day);
  }

  /// @param over whether the day has begun, so that its secret may be destroyed by now
  public record Fingerprint(Digest digest, boolean over) {}

  public ContentKeys(ContentKeyFolder folder, Recorded recorded, SecureRandom random) {
    this.folder = folder;
    this.recorded = recorded;
    this.sealing = new Sealing(this, random);
  }

  /// What seals and opens with these keys; always the same.
  public Sealing sealing() {
    return sealing;
  }

  /// The fingerprint of a day's secret, which is made if the database has none; the caller MUST
  /// write it down before anything is sealed for the day, and MUST keep others from doing the same
  /// meanwhile.
  public Digest prepare(ContentDay day) {
    var known = recorded.of(day);
    if (known.isPresent()) {
      return check(day, known.get().digest()).fingerprint();
    }
    return folder.findOrMake(day).fingerprint();
  }

  /// Compares a day's secret with its fingerprint; throws [ContentKeyFailure] if it is missing or
  /// another one.
  public void verify(ContentDay day, Digest fingerprint) {
    check(day, fingerprint);
  }

  /// Destroys a day's secret; nothing that was sealed for it can be opened any more, wherever it
  /// is.
  public void destroy(ContentDay day) {
    folder.destroy(day);
    secrets.remove(day);
    keys.keySet().removeIf(place -> place.day().equals(day));
  }

  /// Whether the key is in memory.
  boolean holds(ContentDay day, TenantId tenant) {
    return keys.containsKey(new Place(day, tenant));
  }

  /// The key for what is to be sealed; throws [ContentKeyFailure] if there is none.
  ContentKey key(ContentDay day, TenantId tenant) {
    return find(day, tenant).orElseThrow(() -> folder.missing(day));
  }

  /// The key for what is to be opened; empty if the day is over and its secret destroyed, and
  /// throws [ContentKeyFailure] if it is missing otherwise.
  Optional<ContentKey> find(ContentDay day, TenantId tenant) {
    var place = new Place(day, tenant);
    var known = keys.get(place);
    if (known != null) {
      return Optional.of(known);
    }
    var key = secret(day).map(secret -> secret.key(tenant));
    if (keys.size() >= MOST_KEYS) {
      keys.clear();
    }
    key.ifPresent(derived -> keys.put(place, derived));
    return key;
  }

  private Optional<ContentSecret> secret(ContentDay day) {
    var held = secrets.get(day);
    if (held != null) {
      return Optional.of(held);
    }
    var fingerprint = recorded.of(day).orElseThrow(() -> folder.missing(day));
    if (fingerprint.over() && folder.find(day).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(check(day, fingerprint.digest()));
  }

  private ContentSecret check(ContentDay day, Digest fingerprint) {
    var secret = folder.find(day).orElseThrow(() -> folder.missing(day));
    if (!secret.fingerprint().equals(fingerprint)) {
      throw folder.other(day);
    }
    secrets.put(day, secret);
    return secret;
  }
}
