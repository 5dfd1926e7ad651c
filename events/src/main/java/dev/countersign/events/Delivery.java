package dev.countersign.events;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// One event on its way to one receiver: ids and times, and nothing that the entry says.
///
/// @param eventId the entry's id
/// @param caseId the case that the entry belongs to, if it told one when it was noted
/// @param attempts since it was last driven
/// @param lastStatus what the receiver answered last, if it did
/// @param lastError why the last attempt was in vain, in a word of ours
/// @param finishedAt when it was delivered, or when it died
public record Delivery(
    UUID id,
    long logIndex,
    UUID eventId,
    UUID correlationId,
    Optional<UUID> caseId,
    String action,
    DeliveryState state,
    int attempts,
    Instant createdAt,
    Optional<Instant> lastAttemptAt,
    Instant nextAttemptAt,
    Optional<Instant> finishedAt,
    Optional<Integer> lastStatus,
    Optional<String> lastError) {

  public JsonObject json() {
    return Json.object()
        .put("delivery_id", id.toString())
        .put("log_index", logIndex)
        .put("event_id", eventId.toString())
        .put("correlation_id", correlationId.toString())
        .put("case_id", caseId.map(id -> Json.of(id.toString())))
        .put("action", action)
        .put("state", state.word())
        .put("attempts", attempts)
        .put("created_at", createdAt.toString())
        .put("last_attempt_at", lastAttemptAt.map(time -> Json.of(time.toString())))
        .put(
            "next_attempt_at",
            state.open() ? Optional.of(Json.of(nextAttemptAt.toString())) : Optional.empty())
        .put("finished_at", finishedAt.map(time -> Json.of(time.toString())))
        .put("last_status", lastStatus.map(status -> Json.of((long) status)))
        .put("last_error", lastError.map(Json::of))
        .build();
  }
}
