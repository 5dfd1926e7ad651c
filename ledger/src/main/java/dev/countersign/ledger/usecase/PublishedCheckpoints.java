package dev.countersign.ledger.usecase;

import dev.countersign.ledger.CheckpointVerdict;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.VerifierKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What the log shows as its newest checkpoint: the newest that enough witnesses have cosigned, or
/// with a quorum of 0 the newest that this node signed.
///
/// Nothing that the database holds is shown before its signatures are verified. Safe for use by
/// many threads.
public final class PublishedCheckpoints implements Checkpoints {
  private final CheckpointSigner signer;
  private final LogKeys keys;
  private final List<VerifierKey> witnesses;
  private final int quorum;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition published = lock.newCondition();
  private volatile CheckpointSigner.@Nullable Signed newest;

  /// @param witnesses by whose keys cosignatures are verified
  /// @param quorum how many of them, by name, must have cosigned
  public PublishedCheckpoints(
      CheckpointSigner signer, LogKeys keys, List<VerifierKey> witnesses, int quorum) {
    this.signer = signer;
    this.keys = keys;
    this.witnesses = List.copyOf(witnesses);
    this.quorum = quorum;
    // Refuses a quorum that cannot be had.
    keys.trusted(witnesses, quorum);
  }

  int quorum() {
    return quorum;
  }

  /// How many known witnesses have cosigned a note; empty if it is no checkpoint of this log.
  Optional<Integer> witnesses(SignedNote note) {
    return switch (keys.trusted(witnesses, 0).check(note)) {
      case CheckpointVerdict.Accepted accepted -> Optional.of(accepted.witnesses().size());
      case CheckpointVerdict.Refused _ -> Optional.empty();
    };
  }

  /// Shows the first of these notes, which begin with the newest, that is good; takes back what was
  /// shown before under a key that was compromised since.
  void offer(List<SignedNote> notes) {
    var good = notes.stream().flatMap(note -> good(note).stream()).findFirst();
    lock.lock();
    try {
      var shown = newest;
      if (shown != null && good(shown.note()).isEmpty()) {
        shown = null;
      }
      var best = good.orElse(null);
      boolean further =
          best != null && (shown == null || best.checkpoint().size() >= shown.checkpoint().size());
      newest = further ? best : shown;
      published.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Optional<CheckpointSigner.Signed> good(SignedNote note) {
    return keys.trusted(witnesses, quorum).check(note)
            instanceof CheckpointVerdict.Accepted accepted
        ? Optional.of(new CheckpointSigner.Signed(accepted.checkpoint(), note))
        : Optional.empty();
  }

  @Override
  public Optional<CheckpointSigner.Signed> newest() {
    return quorum == 0 ? signer.newest() : Optional.ofNullable(newest);
  }

  @Override
  public Optional<CheckpointSigner.Signed> covering(long size, Duration patience)
      throws InterruptedException {
    if (quorum == 0) {
      return signer.covering(size, patience);
    }
    long left = patience.toNanos();
    lock.lock();
    try {
      while (true) {
        var current = newest;
        if (current != null && current.checkpoint().size() >= size) {
          return Optional.of(current);
        }
        if (left <= 0) {
          return Optional.empty();
        }
        left = published.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
