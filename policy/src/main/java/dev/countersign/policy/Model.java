package dev.countersign.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// A model in a tenant's registry.
///
/// @param external whether calls leave the tenant's own premises
/// @param region where it runs, if that is known
/// @param dataClasses the classes of data it may be given; none means none
public record Model(
    String name,
    String provider,
    boolean external,
    Optional<String> region,
    SortedSet<String> dataClasses) {
  public static final int LONGEST_NAME = 200;
  public static final int LONGEST_WORD = 100;
  public static final int MOST_DATA_CLASSES = 50;

  public Model {
    dataClasses = Collections.unmodifiableSortedSet(new TreeSet<>(dataClasses));
    if (name.isEmpty()
        || name.length() > LONGEST_NAME
        || provider.isEmpty()
        || provider.length() > LONGEST_WORD
        || region.filter(word -> word.isEmpty() || word.length() > LONGEST_WORD).isPresent()
        || dataClasses.size() > MOST_DATA_CLASSES
        || dataClasses.stream().anyMatch(word -> word.isEmpty() || word.length() > LONGEST_WORD)) {
      throw new IllegalArgumentException(
          "model `" + name + "` has a part that is empty or too long");
    }
  }

  /// What policies see of a model: `context.model`.
  ///
  /// Without a `registered` one nothing is known, and then it counts as external;
  /// `declaredExternal` can make a model external, never the other way round.
  static JsonObject facts(String name, Optional<Model> registered, boolean declaredExternal) {
    var facts =
        Json.object()
            .put("name", name)
            .put("registered", registered.isPresent())
            .put("external", declaredExternal || registered.map(Model::external).orElse(true))
            .put(
                "data_classes",
                Json.strings(registered.map(Model::dataClasses).orElseGet(TreeSet::new)));
    registered.ifPresent(model -> facts.put("provider", model.provider()));
    return facts.put("region", registered.flatMap(Model::region).map(Json::of)).build();
  }
}
