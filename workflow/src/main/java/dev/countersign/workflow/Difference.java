package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;

/// What differs between two states of a thing, for people to read before they agree.
public final class Difference {

  private Difference() {}

  /// One `{path, before, after}` for each member that differs, in the order of `before`.
  public static JsonArray of(JsonObject before, JsonObject after) {
    var names = new LinkedHashSet<>(before.members().keySet());
    names.addAll(after.members().keySet());
    var changes = new ArrayList<Json>();
    for (var name : names) {
      var old = before.member(name).orElse(Json.NULL);
      var now = after.member(name).orElse(Json.NULL);
      if (!old.equals(now)) {
        changes.add(
            Json.object().put("path", "/" + name).put("before", old).put("after", now).build());
      }
    }
    return new JsonArray(changes);
  }
}
