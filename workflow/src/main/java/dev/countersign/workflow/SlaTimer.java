package dev.countersign.workflow;

import java.time.Instant;
import java.util.Optional;

/// How long a case may stay where it is. It ends with the case's next move.
///
/// @param transition the one that a case in `queue` should have taken first
/// @param since when the case came there
/// @param missed when it was found that the case had stayed too long
public record SlaTimer(
    String queue, String transition, Instant since, Instant dueAt, Optional<Instant> missed) {

  /// Whether the time is over at `now`, whether or not a timer came by.
  public boolean overdue(Instant now) {
    return !now.isBefore(dueAt);
  }
}
