package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// One thing that a step asks for, with what is there.
///
/// @param name a stable word for programs
/// @param needed what the step asks for, for people
/// @param present what is there, for people; "unknown" where nothing was measured
public record Condition(String name, boolean met, String needed, String present) {

  public JsonObject toJson() {
    return Json.object()
        .put("name", name)
        .put("met", met)
        .put("needed", needed)
        .put("present", present)
        .build();
  }
}
