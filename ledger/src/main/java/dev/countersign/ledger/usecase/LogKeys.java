package dev.countersign.ledger.usecase;

import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.store.LogKeyStore.Recorded;
import dev.countersign.ledger.store.LogKeyStore.State;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// The keys of the log as this node has them: those that sign, and those that verify.
///
/// The database says which keys sign; a change there is followed within seconds, without a new
/// start. Safe for use by many threads.
public final class LogKeys {
  private final Optional<KeyFolder> folder;
  private final AtomicReference<Current> current;

  /// The keys at one moment.
  ///
  /// @param signing each checkpoint carries a signature of each
  /// @param published those that verify: all but the compromised ones
  /// @param known all, the oldest first
  /// @param missing keys that sign elsewhere and whose files are not here
  record Current(
      List<SigningKey> signing,
      List<VerifierKey> published,
      List<VerifierKey> known,
      List<VerifierKey> missing) {
    Current {
      signing = List.copyOf(signing);
      published = List.copyOf(published);
      known = List.copyOf(known);
      missing = List.copyOf(missing);
    }
  }

  private LogKeys(Optional<KeyFolder> folder, Current current) {
    this.folder = folder;
    this.current = new AtomicReference<>(current);
  }

  /// One key that is never rotated.
  public static LogKeys of(SigningKey key) {
    var verifier = List.of(key.verifier());
    return new LogKeys(Optional.empty(), new Current(List.of(key), verifier, verifier, List.of()));
  }

  /// The keys in a folder as the database has them.
  static LogKeys in(KeyFolder folder, List<SigningKey> keys, List<Recorded> recorded) {
    return new LogKeys(Optional.of(folder), current(keys, recorded));
  }

  private static Current current(List<SigningKey> held, List<Recorded> recorded) {
    var signing = ofState(recorded, State.SIGNING);
    var mine =
        held.stream()
            .filter(key -> signing.contains(key.verifier()))
            .sorted((a, b) ->
                Integer.compare(signing.indexOf(a.verifier()), signing.indexOf(b.verifier())))
            .toList();
    var verifiers = mine.stream().map(SigningKey::verifier).toList();
    return new Current(
        mine,
        recorded.stream()
            .filter(key -> key.state() != State.COMPROMISED)
            .map(Recorded::key)
            .toList(),
        recorded.stream().map(Recorded::key).toList(),
        signing.stream().filter(key -> !verifiers.contains(key)).toList());
  }

  private static List<VerifierKey> ofState(List<Recorded> recorded, State state) {
    return recorded.stream().filter(key -> key.state() == state).map(Recorded::key).toList();
  }

  /// Whether [#follow] is of use.
  boolean change() {
    return folder.isPresent();
  }

  /// Takes over what the database says now; reads the folder again if a key is missing.
  void follow(List<Recorded> recorded) {
    var known = current.get();
    var next = current(known.signing(), recorded);
    if (!next.missing().isEmpty() && folder.isPresent()) {
      try {
        next = current(folder.get().keys(), recorded);
      } catch (MalformedLedgerData damaged) {
        // A file that is open to others, or not whole yet: it stays missing, and health says so.
      }
    }
    current.set(next);
  }

  Current current() {
    return current.get();
  }

  /// Signs a statement of the log's operator that is no checkpoint, by every key that signs and has
  /// signed the checkpoint in it: else who knows a key that is new could verify the one and not the
  /// other. Throws [LedgerFailure.Uncovered] if there is none, until a key that is new has signed a
  /// checkpoint.
  ///
  /// Its first line MUST say what it is, so that no verifier takes it for something else; a text
  /// that could be read as a checkpoint of any log, or begins with this log's origin, is refused by
  /// IllegalArgumentException. Nothing is signed while a key that signs is missing on this node.
  public SignedNote state(String text, SignedNote checkpoint) {
    if (text.startsWith(origin() + "\n") || Checkpoint.reads(text)) {
      throw new IllegalArgumentException("a statement must not pass for a checkpoint");
    }
    var signing =
        current.get().signing().stream().filter(key -> checkpoint.names(key.verifier())).toList();
    if (signing.isEmpty() || !current.get().missing().isEmpty()) {
      throw new LedgerFailure.Uncovered();
    }
    return SignedNote.sign(text, signing);
  }

  /// The log's name, which is that of every key.
  public String origin() {
    return current.get().known().getFirst().name();
  }

  /// The keys that verify the log's checkpoints, the newest last: all but the compromised ones.
  public List<VerifierKey> published() {
    return current.get().published();
  }

  /// Those of other nodes that sign, and are not here: copy their files.
  public List<VerifierKey> missing() {
    return current.get().missing();
  }

  /// What the checkpoints of this log are believed by, with so many of these witnesses.
  TrustedKeys trusted(List<VerifierKey> witnesses, int quorum) {
    return new TrustedKeys(published(), witnesses, quorum);
  }
}
