package dev.countersign.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// Who wants to do what to which thing, and under which circumstances (AuthZEN's evaluation
/// request).
///
/// It holds everything that a policy can read, so what it is written as ([#json]) is enough to
/// decide it again.
public record Request(Entity subject, Action action, Entity resource, JsonObject context) {

  public JsonObject json() {
    return Json.object()
        .put("subject", subject.json())
        .put("action", action.json())
        .put("resource", resource.json())
        .put("context", context)
        .build();
  }

  /// What stands at `path`; empty if nothing does, or a JSON null.
  public Optional<Json> at(AttributePath path) {
    var names = path.names();
    Json value =
        switch (path.variable()) {
          case "subject" -> subject.json();
          case "action" -> action.json();
          case "resource" -> resource.json();
          case "context" -> context;
          default -> Json.NULL;
        };
    for (int i = 1; i < names.size(); i++) {
      value =
          value instanceof JsonObject(var members)
              ? members.getOrDefault(names.get(i), Json.NULL)
              : Json.NULL;
    }
    return value instanceof JsonNull ? Optional.empty() : Optional.of(value);
  }

  /// Reads what [#json] wrote; throws IllegalArgumentException for anything else.
  public static Request from(JsonObject json) {
    return new Request(
        Entity.from(part(json.object("subject"), "subject")),
        Action.from(part(json.object("action"), "action")),
        Entity.from(part(json.object("resource"), "resource")),
        part(json.object("context"), "context"));
  }

  static <T> T part(Optional<T> value, String name) {
    return value.orElseThrow(
        () -> new IllegalArgumentException("the request has no `" + name + "`"));
  }
}
