package dev.countersign.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// Why an answer is not simply yes: a policy that counted against it.
public record Reason(PolicyKey policy, String message, int points) {

  public JsonObject json() {
    return Json.object()
        .put("policy", policy.value())
        .put("message", message)
        .put("points", points)
        .build();
  }
}
