package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/// A task that a transition opens when it has moved a case.
///
/// @param role who is meant to do it, if it matters
/// @param due how long it may take, if that matters
public record TaskTemplate(
    String type, String title, Optional<String> role, Optional<Duration> due) {

  public TaskTemplate {
    if (!Word.isName(type)) {
      throw new IllegalArgumentException("`" + type + "` is not a name of a task type");
    }
  }

  JsonObject json() {
    return Json.object()
        .put("type", type)
        .put("title", title)
        .put("role", role.map(Json::of))
        .put("due_seconds", due.map(time -> Json.of(time.toSeconds())))
        .build();
  }
}
