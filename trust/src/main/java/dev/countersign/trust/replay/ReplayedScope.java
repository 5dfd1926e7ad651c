package dev.countersign.trust.replay;

import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Stage;
import java.util.Optional;
import java.util.UUID;

/// What came of one scope.
///
/// @param heard how often it heard something
/// @param stage the one that comes of its evidence; empty if it could not be folded to its end
public record ReplayedScope(UUID id, ScopeKey key, long heard, Came came, Optional<Stage> stage) {

  /// Whether its states are those that the log tells.
  public sealed interface Came {
    /// All of them.
    record Agrees() implements Came {}

    /// Not from this entry on.
    record Differs(long logIndex, String words) implements Came {}

    /// It cannot be known from this entry on.
    record Unknown(long logIndex, String words) implements Came {}
  }
}
