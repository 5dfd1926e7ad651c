package dev.countersign.workflow.store;

import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.workflow.ExecutionState;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// What was carried out, and what it changed.
public record Execution(
    UUID id,
    UUID proposalId,
    ExecutionState state,
    String handlerVersion,
    int attempts,
    JsonObject before,
    JsonObject after,
    JsonArray diff,
    Duration duration,
    Instant executedAt) {}
