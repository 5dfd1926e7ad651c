package dev.countersign.ledger.usecase;

import java.time.Duration;
import java.util.Optional;

/// The checkpoints that are shown to others: those that this node signs, or, where witnesses are
/// wanted, those that enough of them have cosigned.
public sealed interface Checkpoints permits CheckpointSigner, PublishedCheckpoints {

  /// The newest one, if there is one yet.
  Optional<CheckpointSigner.Signed> newest();

  /// Waits for one over at least `size` entries; empty if none came in time.
  Optional<CheckpointSigner.Signed> covering(long size, Duration patience)
      throws InterruptedException;
}
