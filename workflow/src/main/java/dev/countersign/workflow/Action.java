package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// What is to be done to a case.
///
/// @param type the transition's name
/// @param payload details for the handler, bounded like a case's attributes
public record Action(String type, JsonObject payload) {
  public static final int LONGEST_TYPE = Word.LONGEST;

  public Action {
    if (type.isEmpty() || type.length() > LONGEST_TYPE) {
      throw new IllegalArgumentException("an action's type has 1 to 100 characters");
    }
    if (!Case.fits(payload)) {
      throw new IllegalArgumentException("the payload is too large");
    }
  }

  public JsonObject json() {
    return Json.object().put("type", type).put("payload", payload).build();
  }
}
