package dev.countersign.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// A subject or a resource as AuthZEN names them.
public record Entity(String type, String id, JsonObject properties) {
  public static final int LONGEST_TYPE = 100;
  public static final int LONGEST_ID = 300;

  public Entity(String type, String id) {
    this(type, id, JsonObject.EMPTY);
  }

  public EntityKey key() {
    return new EntityKey(type, id);
  }

  public JsonObject json() {
    return Json.object().put("type", type).put("id", id).put("properties", properties).build();
  }

  /// Reads what [#json] wrote; throws IllegalArgumentException for anything else.
  static Entity from(JsonObject json) {
    return new Entity(
        Request.part(json.text("type"), "type"),
        Request.part(json.text("id"), "id"),
        Request.part(json.object("properties"), "properties"));
  }
}
