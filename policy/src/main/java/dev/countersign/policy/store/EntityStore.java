package dev.countersign.policy.store;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityKey;
import dev.countersign.policy.StoredEntities;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Reads and writes the entity table of the schema `policy`, always of the transaction's tenant.
///
/// Stateless; safe for use by many threads, each with its own transaction. A change MUST be
/// followed by raising the counter of policies: decisions are made by what stands here.
public final class EntityStore {

  /// What is stored of those of `keys` that are there.
  public StoredEntities find(TenantTransaction transaction, Collection<EntityKey> keys) {
    var found = new TreeMap<EntityKey, JsonObject>();
    for (var key : keys) {
      find(transaction, key).ifPresent(entity -> found.put(key, entity.properties()));
    }
    return new StoredEntities(found);
  }

  public Optional<Entity> find(TenantTransaction transaction, EntityKey key) {
    return transaction
        .handle()
        .createQuery("select properties from policy.entity where type = :type and id = :id")
        .bind("type", key.type())
        .bind("id", key.id())
        .mapTo(String.class)
        .findOne()
        .map(text -> new Entity(key.type(), key.id(), properties(text)));
  }

  /// The first `limit` entities of a type behind the id `after`, in the order of their ids.
  public List<Entity> page(TenantTransaction transaction, String type, String after, int limit) {
    return transaction
        .handle()
        .createQuery(
            """
            select id, properties from policy.entity
            where type = :type and id > :after order by id limit :limit
            """)
        .bind("type", type)
        .bind("after", after)
        .bind("limit", limit)
        .map((row, _) -> new Entity(type, row.getString(1), properties(row.getString(2))))
        .list();
  }

  public void put(TenantTransaction transaction, Entity entity) {
    transaction
        .handle()
        .createUpdate(
            """
            insert into policy.entity (tenant_id, type, id, properties)
            values (:tenant, :type, :id, :properties)
            on conflict (tenant_id, type, id) do update set properties = excluded.properties
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("type", entity.type())
        .bind("id", entity.id())
        .bind("properties", entity.properties().toString())
        .execute();
  }

  /// Whether it was there.
  public boolean remove(TenantTransaction transaction, EntityKey key) {
    return transaction
            .handle()
            .createUpdate("delete from policy.entity where type = :type and id = :id")
            .bind("type", key.type())
            .bind("id", key.id())
            .execute()
        > 0;
  }

  private static JsonObject properties(String text) {
    return JsonReader.readObject(text);
  }
}
