package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// Where a case waits.
///
/// @param name as programs and policies know it
/// @param title as people see it
/// @param state of the cases in it; where none is given, completed if nothing leads on, else open
/// @param start whether a case may be opened in it, as in the first one
public record Queue(String name, String title, Optional<CaseState> state, boolean start) {
  static final int LONGEST_TITLE = 200;

  public Queue {
    if (!Word.isName(name)) {
      throw new IllegalArgumentException("`" + name + "` is not a name of a queue");
    }
    if (title.isEmpty() || title.length() > LONGEST_TITLE) {
      throw new IllegalArgumentException("a title has 1 to " + LONGEST_TITLE + " characters");
    }
  }

  public JsonObject json() {
    return Json.object()
        .put("name", name)
        .put("title", title)
        .put("state", state.map(word -> Json.of(word.word())))
        .put("start", start ? Optional.of(Json.of(true)) : Optional.empty())
        .build();
  }
}
