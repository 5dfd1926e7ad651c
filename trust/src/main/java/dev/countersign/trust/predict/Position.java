package dev.countersign.trust.predict;

import java.time.Instant;
import java.util.UUID;

/// A label's place in the order in which labels became known: a watermark for whoever reads on.
///
/// @param id of the proposal; parts labels of the same moment, in the order of its text
public record Position(Instant known, UUID id) implements Comparable<Position> {

  /// The last one of a moment: no id is after this one in text.
  public static Position lastOf(Instant known) {
    return new Position(known, new UUID(-1, -1));
  }

  @Override
  public int compareTo(Position other) {
    int byTime = known.compareTo(other.known);
    return byTime != 0 ? byTime : id.toString().compareTo(other.id.toString());
  }
}
