package dev.countersign.policy.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.EntityKey;
import dev.countersign.policy.StoredEntities;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/// What was lately read of entities, kept under the generation it was read in.
///
/// Nothing here has to be trusted: a change raises the generation, so what was read before it is
/// never found again, and what was read during it stands under a generation in which nothing can be
/// committed any more. A tenant's table may be far larger than memory; only what is asked for is
/// kept.
///
/// Safe for use by many threads.
public final class EntityCache {

  /// In bytes, about. At the most that an entity may have, still some thousands of them.
  private static final long LARGEST = 32L * 1024 * 1024;

  private static final int OVERHEAD = 200;

  private final EntityStore store;
  private final Cache<Place, Found> cache =
      Caffeine.newBuilder()
          .maximumWeight(LARGEST)
          .weigher((Place place, Found found) -> OVERHEAD + place.length() + found.length())
          .build();

  private record Place(TenantId tenant, long generation, EntityKey key) {
    int length() {
      return key.type().length() + key.id().length();
    }
  }

  /// That nothing is stored is worth remembering too.
  private record Found(Optional<JsonObject> properties, int length) {}

  public EntityCache(EntityStore store) {
    this.store = store;
  }

  /// What is stored of `keys` in this generation, if all of it is at hand; never blocks.
  public Optional<StoredEntities> cached(
      TenantId tenant, long generation, Collection<EntityKey> keys) {
    var known = new TreeMap<EntityKey, JsonObject>();
    for (var key : keys) {
      var found = cache.getIfPresent(new Place(tenant, generation, key));
      if (found == null) {
        return Optional.empty();
      }
      found.properties().ifPresent(properties -> known.put(key, properties));
    }
    return Optional.of(new StoredEntities(known));
  }

  /// What is stored of `keys`; MUST be given a transaction that has changed no entity.
  public StoredEntities load(TenantTransaction transaction, Collection<EntityKey> keys) {
    var loaded = store.find(transaction, keys);
    for (var key : keys) {
      var properties = Optional.ofNullable(loaded.properties().get(key));
      cache.put(
          new Place(transaction.tenant(), transaction.generation().policies(), key),
          new Found(properties, properties.map(each -> each.toString().length()).orElse(0)));
    }
    return loaded;
  }
}
