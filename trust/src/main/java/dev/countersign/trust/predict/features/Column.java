package dev.countersign.trust.predict.features;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.features.Value.Amount;
import dev.countersign.trust.predict.features.Value.Kind;
import dev.countersign.trust.predict.features.Value.Truth;
import dev.countersign.trust.predict.features.Value.Word;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// A column of a vector: a number or a truth as it is, or whether a category is this one.
///
/// @param name of the feature or the fact
/// @param fact whether it is a fact of the case
/// @param kind of value that it takes; any other is missing
/// @param word the category, of a column of that kind
record Column(String name, boolean fact, Kind kind, Optional<String> word) {
  Column {
    if (word.isPresent() != (kind == Kind.WORD)) {
      throw new IllegalArgumentException("a column of a category names it, and no other does");
    }
  }

  /// The name by which people know it.
  String shown() {
    return fact ? "facts." + name : name;
  }

  Optional<Value> in(Snapshot snapshot) {
    return Optional.ofNullable((fact ? snapshot.facts() : snapshot.features()).get(name));
  }

  /// The number for a value of this column's kind; NaN for any other.
  float number(Value value) {
    return switch (value) {
      case Truth(var truth) when kind == Kind.TRUTH -> truth ? 1 : 0;
      case Amount(var amount) when kind == Kind.AMOUNT -> bounded(amount);
      case Word(var text) when kind == Kind.WORD -> word.orElseThrow().equals(text) ? 1 : 0;
      default -> Float.NaN;
    };
  }

  /// Trees compare floats; what is larger than any of them is the largest, not infinite.
  private static float bounded(double amount) {
    return (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, amount));
  }

  JsonObject toJson() {
    return Json.object()
        .put("name", name)
        .put("fact", fact)
        .put("kind", kind.name().toLowerCase(Locale.ROOT))
        .put("word", word.map(Json::of))
        .build();
  }

  static Column fromJson(JsonObject json) {
    var kind = json.text("kind").orElse("");
    return new Column(
        json.text("name").orElseThrow(() -> new IllegalArgumentException("a column has no name")),
        json.truth("fact").orElse(false),
        Arrays.stream(Kind.values())
            .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(kind))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("a column has no kind")),
        json.text("word"));
  }
}
