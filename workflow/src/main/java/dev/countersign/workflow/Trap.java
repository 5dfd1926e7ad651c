package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.UUID;

/// An action that should be rejected, and on which cases. A decoy shows it on a real case for which
/// the condition holds, so that whoever looks at the case can see why.
///
/// @param condition CEL over `case` and `action`, as a guard's
/// @param why told to who decided about a decoy of it
public record Trap(
    UUID id,
    String workflow,
    String transition,
    String condition,
    JsonObject payload,
    String why,
    Instant createdAt) {

  public Action action() {
    return new Action(transition, payload);
  }

  /// Of everything that it says: the log binds it without telling those who are tested.
  public Digest digest() {
    return Digest.ofCanonical(json());
  }

  public JsonObject json() {
    return Json.object()
        .put("trap_id", id.toString())
        .put("workflow", workflow)
        .put("transition", transition)
        .put("condition", condition)
        .put("payload", payload)
        .put("why", why)
        .put("created_at", createdAt.toString())
        .build();
  }
}
