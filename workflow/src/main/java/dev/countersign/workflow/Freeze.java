package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Everything in a scope stands still, from one moment on.
///
/// @param value the site, queue or action type; `*` for the whole tenant or for all of them
public record Freeze(
    UUID id,
    Scope scope,
    String value,
    String reason,
    String by,
    Instant since,
    Optional<Lifted> lifted) {

  public static final String WHOLE_TENANT = "*";

  /// What a freeze can cover.
  public enum Scope {
    /// Every tenant; set by the platform alone.
    GLOBAL,
    TENANT,
    SITE,
    QUEUE,
    ACTION;

    public String word() {
      return Word.of(this);
    }

    public static Scope read(String word) {
      return Word.read(Scope.class, word);
    }
  }

  /// Who ended it, when and why.
  public record Lifted(String by, Instant at, String reason) {}

  /// Whether it stops an action of that type in that queue of that site.
  public boolean covers(String site, String queue, String actionType) {
    return lifted.isEmpty()
        && switch (scope) {
          case GLOBAL, TENANT -> true;
          case SITE -> value.equals(site);
          case QUEUE -> value.equals(queue);
          case ACTION -> value.equals(actionType);
        };
  }

  String describe() {
    return switch (scope) {
      case GLOBAL -> "everything is frozen everywhere: " + reason;
      case TENANT -> "everything is frozen: " + reason;
      case SITE, QUEUE, ACTION ->
          "the %s `%s` is frozen: %s".formatted(scope.word(), value, reason);
    };
  }

  public JsonObject json() {
    var json =
        Json.object()
            .put("freeze_id", id.toString())
            .put("scope", scope.word())
            .put("value", value)
            .put("reason", reason)
            .put("by", by)
            .put("since", since.toString())
            .put("active", lifted.isEmpty());
    lifted.ifPresent(end ->
        json.put("lifted_by", end.by())
            .put("lifted_at", end.at().toString())
            .put("lift_reason", end.reason()));
    return json.build();
  }
}
