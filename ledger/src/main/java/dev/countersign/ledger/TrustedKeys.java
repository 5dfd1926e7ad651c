package dev.countersign.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Whose signatures a verifier believes: the log's keys, and how many of which witnesses it wants.
///
/// The log's keys are named by its origin, and only a checkpoint of that origin is accepted from
/// them, so a key of one log can't vouch for another. Several keys of one name are a rotation: one
/// of them is enough. Immutable.
///
/// @param log of [SignatureType#ED25519], at least one
/// @param witnesses of a [SignatureType#cosigns()]
/// @param quorum how many witnesses, counted by name, must have cosigned
public record TrustedKeys(List<VerifierKey> log, List<VerifierKey> witnesses, int quorum) {

  public TrustedKeys {
    log = List.copyOf(log);
    witnesses = List.copyOf(witnesses);
    if (log.isEmpty() || log.stream().anyMatch(key -> key.type() != SignatureType.ED25519)) {
      throw new IllegalArgumentException("a log is verified by at least one key for notes");
    }
    if (!witnesses.stream().allMatch(key -> key.type().cosigns())) {
      throw new IllegalArgumentException("a witness is verified by a key for cosignatures");
    }
    long names = witnesses.stream().map(VerifierKey::name).distinct().count();
    if (quorum < 0 || quorum > names) {
      throw new IllegalArgumentException(
          "`" + quorum + "` of " + names + " witnesses can't be had");
    }
  }

  /// Trusts these keys of a log, and no witness.
  public static TrustedKeys of(VerifierKey... log) {
    return new TrustedKeys(List.of(log), List.of(), 0);
  }

  /// Wants a cosignature of every one of these witnesses too.
  public TrustedKeys withAll(Collection<VerifierKey> witnesses) {
    long names = witnesses.stream().map(VerifierKey::name).distinct().count();
    return new TrustedKeys(log, List.copyOf(witnesses), (int) names);
  }

  /// Whether the note is a checkpoint that these keys stand for.
  public CheckpointVerdict check(SignedNote note) {
    Checkpoint checkpoint;
    try {
      checkpoint = Checkpoint.parse(note.text());
    } catch (MalformedLedgerData e) {
      return new CheckpointVerdict.Refused(Flaw.MALFORMED, String.valueOf(e.getMessage()));
    }
    var ours = log.stream().filter(key -> key.name().equals(checkpoint.origin())).toList();
    if (ours.isEmpty()) {
      return new CheckpointVerdict.Refused(
          Flaw.WRONG_ORIGIN, "the checkpoint is of `" + checkpoint.origin() + "`, not of this log");
    }
    var known = new ArrayList<>(ours);
    known.addAll(witnesses);
    return switch (note.verify(known)) {
      case NoteVerdict.Forged(var claimed) ->
          new CheckpointVerdict.Refused(
              Flaw.BAD_SIGNATURE,
              "the signature of `" + claimed.name() + "` is not over this checkpoint");
      case NoteVerdict.NoKnownSigner() -> unsigned(checkpoint);
      case NoteVerdict.Verified(var signatures) -> {
        var signers = signatures.stream().map(NoteVerdict.Signed::key).toList();
        yield Collections.disjoint(signers, ours)
            ? unsigned(checkpoint)
            : witnessed(checkpoint, signers);
      }
    };
  }

  private static CheckpointVerdict unsigned(Checkpoint checkpoint) {
    return new CheckpointVerdict.Refused(
        Flaw.BAD_SIGNATURE, "no known key of `" + checkpoint.origin() + "` has signed");
  }

  private CheckpointVerdict witnessed(Checkpoint checkpoint, List<VerifierKey> signers) {
    SortedSet<String> names = new TreeSet<>();
    signers.stream().filter(witnesses::contains).map(VerifierKey::name).forEach(names::add);
    if (names.size() < quorum) {
      return new CheckpointVerdict.Refused(
          Flaw.TOO_FEW_WITNESSES,
          names.size() + " known witnesses have cosigned, " + quorum + " are wanted");
    }
    return new CheckpointVerdict.Accepted(checkpoint, names);
  }
}
