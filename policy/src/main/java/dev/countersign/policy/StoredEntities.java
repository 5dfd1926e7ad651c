package dev.countersign.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the tenant's entity table says of some entities; those it does not know are left out.
public record StoredEntities(SortedMap<EntityKey, JsonObject> properties) {
  public static final StoredEntities NONE = new StoredEntities(new TreeMap<>());

  public StoredEntities {
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
  }

  public boolean knows(Entity entity) {
    return properties.containsKey(entity.key());
  }

  /// The entity as policies see it: what is stored wins over what was declared, so that nobody
  /// talks himself out of what the tenant knows of him.
  public Entity merged(Entity declared) {
    var stored = Optional.ofNullable(properties.get(declared.key())).orElse(JsonObject.EMPTY);
    if (stored.members().isEmpty()) {
      return declared;
    }
    var all = Json.object();
    stored.members().forEach(all::put);
    declared
        .properties()
        .members()
        .forEach((name, value) -> {
          if (stored.member(name).isEmpty()) {
            all.put(name, value);
          }
        });
    return new Entity(declared.type(), declared.id(), all.build());
  }
}
