package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/// A task as it is to be opened: by a transition that has moved a case, by a rule, or by somebody.
///
/// @param role who may do it, if it matters
/// @param due how long it may take, if that matters
public record TaskTemplate(
    String type, String title, Optional<String> role, Optional<Duration> due) {

  public TaskTemplate {
    if (!Word.isName(type)) {
      throw new IllegalArgumentException("`" + type + "` is not a name of a task type");
    }
  }

  /// Reads `{type, title?, role?, due_seconds?}`; empty if something is wrong, and every problem is
  /// noted. The caller MUST ask for further fields and close.
  public static Optional<TaskTemplate> read(Fields fields) {
    var type = Word.name(fields, "type");
    var title = fields.optionalString("title", 1, Queue.LONGEST_TITLE).orElse(type);
    var role = fields.optionalString("role", 1, Word.LONGEST);
    boolean sound = !type.isEmpty();
    if (role.filter(given -> !Word.isRole(given)).isPresent()) {
      fields.problem("role", "wrong_value", ApprovalReader.NO_ROLE);
      sound = false;
    }
    var due =
        fields
            .optionalInteger("due_seconds", 1, Transition.LONGEST_SLA.toSeconds())
            .map(Duration::ofSeconds);
    return sound ? Optional.of(new TaskTemplate(type, title, role, due)) : Optional.empty();
  }

  public JsonObject json() {
    return Json.object()
        .put("type", type)
        .put("title", title)
        .put("role", role.map(Json::of))
        .put("due_seconds", due.map(time -> Json.of(time.toSeconds())))
        .build();
  }
}
