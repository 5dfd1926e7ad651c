package dev.countersign.ledger.usecase;

import dev.countersign.ledger.witness.RemoteWitness;
import java.time.Duration;

/// A witness that is asked for cosignatures, and how often.
///
/// @param interval the least time between two checkpoints that it is sent
public record Witness(RemoteWitness remote, Duration interval) {
  /// Of a witness that somebody else runs.
  public static final Duration FOREIGN = Duration.ofSeconds(60);

  /// Of one's own.
  public static final Duration OWN = Duration.ofSeconds(1);

  public Witness {
    if (!interval.isPositive()) {
      throw new IllegalArgumentException("a witness is asked after an interval");
    }
  }

  public String name() {
    return remote.name();
  }
}
