package dev.countersign.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// An action as AuthZEN names it; for a check, the operation.
public record Action(String name, JsonObject properties) {
  public Action(String name) {
    this(name, JsonObject.EMPTY);
  }

  public JsonObject json() {
    return Json.object().put("name", name).put("properties", properties).build();
  }

  /// Reads what [#json] wrote; throws IllegalArgumentException for anything else.
  static Action from(JsonObject json) {
    return new Action(
        Request.part(json.text("name"), "name"),
        Request.part(json.object("properties"), "properties"));
  }
}
