package dev.countersign.policy.explain;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import java.util.Optional;

/// A part of a check's body that may be changed, and the values that are tried for it.
///
/// @param name as the body has it: `model`, `operation`, or `metadata.` and the key
/// @param now empty if the caller said nothing of it
/// @param values in the order in which they are tried; never `now`
record Attribute(String name, Optional<Json> now, List<Json> values) {
  static final String MODEL = "model";
  static final String OPERATION = "operation";
  private static final String METADATA = "metadata";
  private static final String IN_METADATA = METADATA + ".";

  Attribute {
    values = List.copyOf(values);
  }

  static Attribute metadata(String key, JsonObject metadata, List<Json> values) {
    return new Attribute(IN_METADATA + key, metadata.member(key), values);
  }

  /// The body with another value for it.
  JsonObject in(JsonObject body, Json value) {
    if (!name.startsWith(IN_METADATA)) {
      return body.with(name, value);
    }
    var metadata = body.object(METADATA).orElse(JsonObject.EMPTY);
    return body.with(METADATA, metadata.with(name.substring(IN_METADATA.length()), value));
  }
}
