package dev.countersign.workflow.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransaction;
import java.util.Optional;
import java.util.function.Supplier;

/// What was read of a tenant's gates and settings, kept as long as their generation stands.
///
/// Nothing here has to be trusted: whatever changes what is kept MUST raise the generation of gates
/// in the same transaction, and whoever decides by it holds the generation lock, so what was kept
/// under another generation is not found. A transaction that may change rules reads anew and keeps
/// nothing: what it changed may still be undone.
///
/// Safe for use by many threads.
final class Kept<K, V> {
  /// Of all tenants; what was not asked for the longest goes first.
  private static final int MOST = 2_000;

  private static final long FOREVER = -1;

  private final Cache<Key<K>, V> kept = Caffeine.newBuilder().maximumSize(MOST).build();

  private record Key<K>(TenantId tenant, long generation, K of) {}

  /// The same for what never changes once it is there.
  Optional<V> getForever(TenantTransaction transaction, K of, Supplier<Optional<V>> read) {
    if (transaction.mayChangeRules()) {
      return read.get();
    }
    var key = new Key<>(transaction.tenant(), FOREVER, of);
    var known = Optional.ofNullable(kept.getIfPresent(key));
    if (known.isPresent()) {
      return known;
    }
    var fresh = read.get();
    fresh.ifPresent(found -> kept.put(key, found));
    return fresh;
  }

  V get(TenantTransaction transaction, K of, Supplier<V> read) {
    if (transaction.mayChangeRules()) {
      return read.get();
    }
    var key = new Key<>(transaction.tenant(), transaction.generation().gates(), of);
    var known = kept.getIfPresent(key);
    if (known != null) {
      return known;
    }
    var fresh = read.get();
    kept.put(key, fresh);
    return fresh;
  }
}
