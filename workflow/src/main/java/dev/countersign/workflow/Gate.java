package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/// What a person last said about one transition of one workflow.
///
/// @param form the digest of the transition that was authorized: a new version of the definition
///   that changes the transition finds the gate closed
public record Gate(
    String workflow,
    String transition,
    String name,
    boolean authorized,
    String by,
    Instant at,
    Optional<Instant> until,
    String reason,
    Digest form) {

  /// Why the gate is closed for a transition of that form, if it is.
  public Optional<String> objection(Digest transitionForm, Instant now) {
    if (!authorized) {
      return Optional.of("the gate `" + name + "` is revoked: " + reason);
    }
    if (until.isPresent() && !now.isBefore(until.get())) {
      return Optional.of("the gate `" + name + "` was authorized until " + until.get());
    }
    if (!form.equals(transitionForm)) {
      return Optional.of(
          "the gate `" + name + "` was authorized for another form of this transition");
    }
    return Optional.empty();
  }

  public JsonObject json() {
    return Json.object()
        .put("workflow", workflow)
        .put("transition", transition)
        .put("gate", name)
        .put("authorized", authorized)
        .put("by", by)
        .put("at", at.toString())
        .put("until", until.map(time -> Json.of(time.toString())))
        .put("reason", reason)
        .build();
  }
}
