package dev.countersign.cli.replay;

import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A case as a log recorded it.
///
/// @param reference by which the log and the server tell cases apart
/// @param attributes what was known when it came in
/// @param decision empty if no person decided it
/// @param groups in which the report counts it, one for each grouping of the mapping
record LoggedCase(
    String reference,
    Instant submitted,
    JsonObject attributes,
    Optional<Decision> decision,
    List<String> groups) {

  LoggedCase {
    groups = List.copyOf(groups);
    if (decision.filter(made -> made.at().isBefore(submitted)).isPresent()) {
      throw new IllegalArgumentException("it was decided before it was submitted");
    }
  }

  /// What a person decided, and what came of it.
  ///
  /// @param reviewer the name of the key that decides in the replay
  /// @param success of what was approved; empty if the log knows of no outcome
  record Decision(boolean approved, Instant at, String reviewer, Optional<Boolean> success) {}
}
