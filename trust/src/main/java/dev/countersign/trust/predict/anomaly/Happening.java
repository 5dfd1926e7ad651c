package dev.countersign.trust.predict.anomaly;

import java.time.Instant;
import java.util.Optional;

/// Something that happened in a scope, as far as a window counts it.
///
/// @param actor who did it, where somebody did
/// @param confidence what the caller said of itself, of a proposal, from 0 to 1; `safety` likewise
public record Happening(
    Instant at,
    Optional<String> actor,
    What what,
    Optional<Double> confidence,
    Optional<Double> safety) {

  /// What a window tells apart. An override is a veto, an edit, a rejection of what was audited or
  /// a rollback.
  public enum What {
    PROPOSED,
    APPROVED,
    REJECTED,
    OVERRIDDEN,
    SUCCEEDED,
    FAILED,
    OTHER
  }

  /// What somebody did.
  public Happening(
      Instant at, String actor, What what, Optional<Double> confidence, Optional<Double> safety) {
    this(at, Optional.of(actor), what, confidence, safety);
  }
}
