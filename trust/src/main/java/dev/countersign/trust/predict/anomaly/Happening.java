package dev.countersign.trust.predict.anomaly;

import java.time.Instant;
import java.util.Optional;

/// Something that happened in a scope, as far as a window counts it.
///
/// @param actor who did it
/// @param confidence what the caller said of itself, of a proposal; `safety` likewise
public record Happening(
    Instant at, String actor, What what, Optional<Double> confidence, Optional<Double> safety) {

  /// What a window tells apart. An override is a veto, an edit or a rollback.
  public enum What {
    PROPOSED,
    APPROVED,
    REJECTED,
    OVERRIDDEN,
    SUCCEEDED,
    FAILED,
    OTHER
  }
}
