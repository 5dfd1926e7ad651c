package dev.countersign.trust.store;

import dev.countersign.kernel.Digest;
import dev.countersign.trust.predict.features.Predictor;
import java.time.Instant;

/// A version in the registry, without its trees.
///
/// @param manifest its stored bytes as text; nothing of it is believed before its digest was
///   compared
/// @param reason why it was trained
public record ModelRow(
    Predictor predictor,
    int version,
    Digest digest,
    String manifest,
    String reason,
    Instant trainedAt) {}
