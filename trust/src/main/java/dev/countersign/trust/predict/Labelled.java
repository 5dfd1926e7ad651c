package dev.countersign.trust.predict;

import dev.countersign.trust.predict.features.Snapshot;
import java.time.Instant;
import java.util.UUID;

/// A snapshot, and what came of it.
///
/// @param id of the proposal; each has one label
/// @param at when it was proposed, and the snapshot made
/// @param known when its label became known, not before `at`
/// @param label as the predictor means it
public record Labelled(UUID id, Snapshot snapshot, Instant at, Instant known, boolean label) {
  public Labelled {
    if (known.isBefore(at)) {
      throw new IllegalArgumentException("a label is known only after its snapshot was made");
    }
  }
}
