package dev.countersign.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// What the enforcement point must do along with the answer (XACML's word).
public record Obligation(String name, JsonObject arguments) {
  public static final int LONGEST_NAME = 100;

  public Obligation {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("an obligation's name has 1 to 100 characters");
    }
  }

  public JsonObject json() {
    return Json.object().put("name", name).put("arguments", arguments).build();
  }
}
