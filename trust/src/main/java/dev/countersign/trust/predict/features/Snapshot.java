package dev.countersign.trust.predict.features;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// All that a predictor knew of a proposal when it was proposed: made once, stored, never changed.
///
/// Training and serving both read it, so that no model learns from what it will not be told. What
/// was not known is not in it. Immutable.
///
/// @param features named as the predictor names them, with values of their kind
/// @param facts the case's attributes, at most [#MOST_FACTS]
public record Snapshot(
    Predictor predictor, SortedMap<String, Value> features, SortedMap<String, Value> facts) {

  /// Raised when a feature is added, removed or gets another meaning. A model of another version is
  /// not asked.
  public static final int SCHEMA = 1;

  /// As many as a definition may have attributes, with room; each costs a model columns.
  public static final int MOST_FACTS = 100;

  public Snapshot {
    features = Collections.unmodifiableSortedMap(new TreeMap<>(features));
    facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
    if (facts.size() > MOST_FACTS) {
      throw new IllegalArgumentException("a snapshot has at most " + MOST_FACTS + " facts");
    }
    for (var entry : features.entrySet()) {
      var kind = predictor.feature(entry.getKey()).map(Feature::kind);
      if (kind.filter(entry.getValue().kind()::equals).isEmpty()) {
        throw new IllegalArgumentException(
            "`" + entry.getKey() + "` is no such feature of the " + predictor.word() + " model");
      }
    }
  }

  /// Takes of a case's attributes what a model can be told: truths, numbers and short texts. Others
  /// are left out, and so are those after the first [#MOST_FACTS] by name.
  public static SortedMap<String, Value> facts(JsonObject attributes) {
    var facts = new TreeMap<String, Value>();
    for (var entry : new TreeMap<>(attributes.members()).entrySet()) {
      boolean tooLong =
          entry.getValue() instanceof Json.JsonString(var text)
              && text.length() > Value.Word.LONGEST;
      if (!tooLong && facts.size() < MOST_FACTS) {
        Value.parse(entry.getValue()).ifPresent(value -> facts.put(entry.getKey(), value));
      }
    }
    return facts;
  }

  /// The digest of what is stored.
  public Digest digest() {
    return Digest.sha256(bytes());
  }

  /// What is stored: canonical JSON.
  public byte[] bytes() {
    return CanonicalJson.bytes(toJson());
  }

  public JsonObject toJson() {
    return Json.object()
        .put("schema", SCHEMA)
        .put("predictor", predictor.word())
        .put("features", json(features))
        .put("facts", json(facts))
        .build();
  }

  /// Reads what [#toJson] wrote; empty for a snapshot of another schema, which no model of this one
  /// may be told. Throws IllegalArgumentException for what is no snapshot.
  public static Optional<Snapshot> fromJson(JsonObject json) {
    if (json.number("schema").filter(schema -> schema == SCHEMA).isEmpty()) {
      return Optional.empty();
    }
    var predictor = json.text("predictor").flatMap(Predictor::parse);
    return Optional.of(
        new Snapshot(
            predictor.orElseThrow(() -> new IllegalArgumentException("no such predictor")),
            values(json, "features"),
            values(json, "facts")));
  }

  private static Json json(Map<String, Value> values) {
    var object = Json.object();
    values.forEach((name, value) -> object.put(name, value.toJson()));
    return object.build();
  }

  private static SortedMap<String, Value> values(JsonObject json, String member) {
    var object =
        json.object(member)
            .orElseThrow(() -> new IllegalArgumentException("the snapshot has no " + member));
    var values = new TreeMap<String, Value>();
    object
        .members()
        .forEach((name, value) ->
            values.put(
                name,
                Value.parse(value)
                    .orElseThrow(
                        () -> new IllegalArgumentException("`" + name + "` has no value"))));
    return values;
  }
}
