package dev.countersign.server.contract;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;

/// Closes schemas: objects may have the members that are described and no others.
///
/// Closed is each place where a schema is used, not the schema in `components`: there it may be one
/// part of an `allOf`, whose other parts describe more. `unevaluatedProperties` looks through
/// references and `allOf`, and an object that says it takes anything still does.
final class ClosedSchemas {
  private static final String CLOSED = "unevaluatedProperties";
  private static final List<String> HOLDS_SCHEMAS = List.of("schemas", "properties", "$defs");

  private ClosedSchemas() {}

  /// A copy of a schema, or of a document, with local references leading to `home`.
  static JsonObject of(JsonObject value, String home) {
    return object(value, home, true);
  }

  private static JsonObject object(JsonObject value, String home, boolean use) {
    var copy = Json.object();
    value
        .members()
        .forEach((name, member) ->
            copy.put(
                name,
                switch (member) {
                  case Json.JsonString(var text) when name.equals("$ref") ->
                      Json.of(text.startsWith("#") ? home + text : text);
                  case JsonObject held when HOLDS_SCHEMAS.contains(name) ->
                      each(held, home, !name.equals("schemas"));
                  case JsonObject held -> object(held, home, true);
                  case JsonArray(var items) -> array(items, home, !name.equals("allOf"));
                  case Json.JsonString _, Json.JsonNumber _, Json.JsonBoolean _, Json.JsonNull _ ->
                      member;
                }));
    if (use && describesAnObject(value)) {
      copy.put(CLOSED, false);
    }
    return copy.build();
  }

  /// The members are names of the document's own, whatever they look like.
  private static JsonObject each(JsonObject held, String home, boolean use) {
    var copy = Json.object();
    held.members()
        .forEach((name, schema) ->
            copy.put(
                name, schema instanceof JsonObject object ? object(object, home, use) : schema));
    return copy.build();
  }

  private static JsonArray array(List<Json> items, String home, boolean use) {
    return Json.array(
        items.stream()
            .map(item -> item instanceof JsonObject object ? object(object, home, use) : item)
            .toList());
  }

  private static boolean describesAnObject(JsonObject schema) {
    boolean known =
        schema.member("$ref").isPresent()
            || schema.items("allOf").stream().anyMatch(JsonObject.class::isInstance)
            || schema.object("properties").isPresent();
    return known && schema.member(CLOSED).isEmpty();
  }
}
