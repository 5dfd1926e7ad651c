package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.List;
import java.util.Optional;

/// A log of somebody else for which we are a witness, and the rules by which its checkpoints are
/// cosigned (C2SP tlog-witness). Immutable.
///
/// ```java
/// var refusal = log.refusal(asked);                    // before anything is looked up
/// var judgement = log.judge(asked, latestCosigned);    // under the lock of what was cosigned last
/// ```
///
/// @param origin the first line of its checkpoints
/// @param keys that sign them; any of them is enough
public record WatchedLog(String origin, List<VerifierKey> keys) {

  /// More would be no rotation any more.
  private static final int MOST_KEYS = 16;

  public WatchedLog {
    keys = List.copyOf(keys);
    if (origin.isEmpty() || keys.isEmpty() || keys.size() > MOST_KEYS) {
      throw new IllegalArgumentException(
          "a watched log has an origin and 1 to " + MOST_KEYS + " keys");
    }
  }

  /// What is said to a log that is not cosigned for a reason that no state can change.
  public enum Refusal {
    /// No key that is trusted for this origin has signed, or one that is claimed to have has not.
    UNTRUSTED,
    /// The old size is over the checkpoint's.
    OLD_SIZE_TOO_LARGE
  }

  /// What becomes of a checkpoint.
  public sealed interface Judgement {

    /// It continues what was cosigned last.
    record Consistent(Checkpoint checkpoint) implements Judgement {}

    /// The old size is not that of what was cosigned last, which is `size`.
    ///
    /// @param fork whether it contradicts what was cosigned last all the same
    record Conflict(long size, boolean fork) implements Judgement {}

    /// It does not follow from what was cosigned last.
    ///
    /// @param fork whether its signature proves that the log has forked: the same size was signed
    ///   with two roots. Without it the proof may only be wrong, and anyone can send one.
    record Inconsistent(String message, boolean fork) implements Judgement {}
  }

  /// Why it is not cosigned whatever was before, or empty.
  public Optional<Refusal> refusal(AddCheckpoint asked) {
    if (!asked.origin().equals(origin)
        || !(asked.note().verify(keys) instanceof NoteVerdict.Verified)) {
      return Optional.of(Refusal.UNTRUSTED);
    }
    return asked.oldSize() > asked.size()
        ? Optional.of(Refusal.OLD_SIZE_TOO_LARGE)
        : Optional.empty();
  }

  /// Whether a checkpoint that is not refused continues the latest one that was cosigned.
  public Judgement judge(AddCheckpoint asked, Optional<Checkpoint> latest) {
    long cosigned = latest.map(Checkpoint::size).orElse(0L);
    var claim = Checkpoint.Lines.of(asked.note().text());
    boolean fork =
        latest
            .filter(known -> known.size() == claim.size() && !known.root().equals(claim.root()))
            .isPresent();
    if (asked.oldSize() != cosigned) {
      return new Judgement.Conflict(cosigned, fork);
    }
    if (claim.emptyWithAnotherRoot()) {
      return new Judgement.Inconsistent("a checkpoint of size 0 has another root", true);
    }
    if (fork) {
      return new Judgement.Inconsistent("two roots are signed for one size", true);
    }
    var checkpoint = Checkpoint.parse(asked.note().text());
    return follows(asked, checkpoint, latest.map(Checkpoint::root).orElse(MerkleTree.EMPTY_ROOT))
        ? new Judgement.Consistent(checkpoint)
        : new Judgement.Inconsistent("the consistency proof does not hold", false);
  }

  private static boolean follows(AddCheckpoint asked, Checkpoint checkpoint, Digest oldRoot) {
    if (asked.oldSize() == 0) {
      return asked.proof().isEmpty();
    }
    return new ConsistencyProof(asked.oldSize(), checkpoint.size(), asked.proof())
        .verifies(oldRoot, checkpoint.root());
  }

  /// The signatures of this log's keys under a note, which MUST have been verified; whatever else
  /// stands there is left out.
  public SignedNote signedByLog(SignedNote note) {
    return new SignedNote(
        note.text(),
        note.signatures().stream()
            .filter(signature ->
                keys.stream().anyMatch(key -> key.identity().equals(signature.identity())))
            .toList());
  }
}
