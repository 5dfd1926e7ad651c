package dev.countersign.workflow.store;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What came of a rule for one event.
///
/// @param result [#DONE], or why nothing was done, as a code
/// @param made the task or the proposal that it made
public record RuleRun(
    UUID id,
    UUID ruleId,
    int ruleVersion,
    UUID caseId,
    UUID eventId,
    String result,
    Optional<UUID> made,
    Instant at) {

  public static final String DONE = "done";

  /// The condition could not be evaluated.
  public static final String NOT_EVALUATED = "not_evaluated";

  /// Something went wrong that is no refusal.
  public static final String FAILED = "failed";

  public boolean done() {
    return result.equals(DONE);
  }

  public JsonObject json() {
    return Json.object()
        .put("run_id", id.toString())
        .put("rule_version", ruleVersion)
        .put("case_id", caseId.toString())
        .put("event_id", eventId.toString())
        .put("result", result)
        .put("made", made.map(thing -> Json.of(thing.toString())))
        .put("at", at.toString())
        .build();
  }
}
