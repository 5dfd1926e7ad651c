package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// The checkpoints that one verification has met: each distinct one has its signatures verified
/// once, and no two of a log may contradict each other.
///
/// Two signed checkpoints of one size with two roots are the proof that the log shows different
/// people different histories, whichever file is right. For use by one thread.
public final class CheckedNotes {

  /// Verdicts that are kept: more distinct checkpoints than one person gathers at a time.
  private static final int NOTES_KEPT = 1_000;

  /// Roots that are kept to be compared: some 20 MB.
  private static final int ROOTS_KEPT = 100_000;

  private final TrustedKeys keys;
  private final SequencedMap<SignedNote, CheckpointVerdict> verdicts =
      new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Size, Digest> roots = new HashMap<>();

  private record Size(String origin, long size) {}

  public CheckedNotes(TrustedKeys keys) {
    this.keys = keys;
  }

  /// Whether the note is a checkpoint that the keys stand for, and no other one speaks against it.
  public CheckpointVerdict check(SignedNote note) {
    var known = verdicts.get(note);
    if (known != null) {
      return known;
    }
    var verdict = contradicted(keys.check(note));
    verdicts.put(note, verdict);
    if (verdicts.size() > NOTES_KEPT) {
      verdicts.pollFirstEntry();
    }
    return verdict;
  }

  /// The same for a checkpoint that the verifier holds: whoever holds one accepted it once, so its
  /// witnesses need not be counted again.
  public CheckpointVerdict checkHeld(SignedNote note) {
    return contradicted(new TrustedKeys(keys.log(), keys.witnesses(), 0).check(note));
  }

  private CheckpointVerdict contradicted(CheckpointVerdict verdict) {
    if (!(verdict instanceof CheckpointVerdict.Accepted(var checkpoint, _))) {
      return verdict;
    }
    var size = new Size(checkpoint.origin(), checkpoint.size());
    var other =
        roots.size() < ROOTS_KEPT ? roots.putIfAbsent(size, checkpoint.root()) : roots.get(size);
    return other == null || other.equals(checkpoint.root())
        ? verdict
        : new CheckpointVerdict.Refused(
            Flaw.BROKEN_CHAIN_OF_CHECKPOINTS,
            "another checkpoint of " + checkpoint.size() + " entries was signed with another root");
  }
}
