package dev.countersign.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a tenant registered: his models, operations, metadata keys and values.
public record TenantFacts(
    SortedMap<String, Model> models,
    SortedSet<String> operations,
    SortedMap<String, Declaration> declarations,
    TenantValues values) {

  /// Nothing is registered: every model is external, every operation unknown.
  public static final TenantFacts NONE =
      new TenantFacts(new TreeMap<>(), new TreeSet<>(), new TreeMap<>(), TenantValues.DEFAULT);

  private static final SortedSet<String> NO_KEYS = Collections.emptySortedSet();

  public TenantFacts {
    models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
    operations = Collections.unmodifiableSortedSet(new TreeSet<>(operations));
    declarations = Collections.unmodifiableSortedMap(new TreeMap<>(declarations));
  }

  /// The metadata keys that the tenant declares beyond those that everyone has.
  public SortedSet<String> declaredKeys() {
    return declarations.isEmpty() ? NO_KEYS : new TreeSet<>(declarations.keySet());
  }

  /// What policies see of a model: `context.model`.
  public JsonObject model(String name, boolean declaredExternal) {
    return Model.facts(name, Optional.ofNullable(models.get(name)), declaredExternal);
  }

  /// What policies see of an operation: `context.operation`.
  public JsonObject operation(String name) {
    return Json.object().put("name", name).put("registered", operations.contains(name)).build();
  }
}
