package dev.countersign.trust.store;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.features.Snapshot;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What was known of a proposal when it was proposed, and what was stated of it then, for one
/// predictor.
///
/// @param prediction as people are shown it
/// @param modelVersion the version that answered, if one did
/// @param stated the probability of the label that was stated; empty where nothing had been seen
/// @param sampled whether chance drew it for the share that people look at
public record Example(
    UUID proposalId,
    String actionType,
    Snapshot snapshot,
    JsonObject prediction,
    Optional<Integer> modelVersion,
    Optional<Double> stated,
    boolean sampled,
    Instant proposedAt) {}
