package dev.countersign.workflow.store;

import dev.countersign.trust.Severity;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What came of an execution, as somebody else than its proposer observed it.
///
/// @param revision 1 for what was reported first; each correction is one more
public record Outcome(
    UUID executionId,
    int revision,
    boolean success,
    Severity severity,
    Optional<String> observedError,
    Optional<Long> timeSavedSeconds,
    Optional<String> source,
    String observer,
    Instant reportedAt,
    Optional<Instant> occurredAt) {}
