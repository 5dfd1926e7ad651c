package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.LazyProgress;
import dev.countersign.ledger.CheckedNotes;
import dev.countersign.ledger.CheckpointVerdict;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.Flaw;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Verifies files that the server wrote, by keys that one has from elsewhere.
///
/// All files share what is known of checkpoints: each distinct one is verified once, and two files
/// whose checkpoints contradict each other are found. For use by one thread.
final class Verification {
  // Over the longest receipt; what is larger is an export or nothing of ours.
  private static final long LARGEST_RECEIPT = 8L << 20;

  private final CheckedNotes notes;
  private final Optional<SignedNote> since;
  private final Console console;

  /// @param since an older checkpoint that the log must continue
  Verification(TrustedKeys keys, Optional<SignedNote> since, Console console) {
    this.notes = new CheckedNotes(keys);
    this.since = since;
    this.console = console;
  }

  /// Verifies a receipt or an export, whichever it is.
  Verdict of(Path file) {
    try {
      return beginsWith(file, '{') ? export(file) : receipt(file);
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read: " + e.getMessage(), "is it there, and yours?", e);
    }
  }

  private static boolean beginsWith(Path file, int first) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.read() == first;
    }
  }

  private Verdict export(Path file) throws IOException {
    var verifier = new ExportVerifier(notes);
    try (var progress = new LazyProgress(console, "verify")) {
      return since.map(verifier::since).orElse(verifier).verify(file, progress::at);
    }
  }

  private Verdict receipt(Path file) throws IOException {
    if (Files.size(file) > LARGEST_RECEIPT) {
      return new Verdict.Refused(
          Flaw.MALFORMED,
          "the file",
          "it is too large for a receipt, and an export begins with `{`");
    }
    return switch (Receipt.verify(Files.readAllBytes(file), notes)) {
      case Verdict.Verified verified ->
          since.map(older -> follows(older, verified)).orElse(verified);
      case Verdict.Refused refused -> refused;
    };
  }

  /// A receipt has no consistency proof, and an older one stays valid; but it must be of the log
  /// that the verifier holds a checkpoint of.
  private Verdict follows(SignedNote older, Verdict.Verified verified) {
    return switch (notes.checkHeld(older)) {
      case CheckpointVerdict.Refused(var flaw, var message) ->
          new Verdict.Refused(flaw, "the older checkpoint", message);
      case CheckpointVerdict.Accepted(var before, _) -> {
        var now = verified.checkpoint();
        if (!before.origin().equals(now.origin())) {
          yield new Verdict.Refused(
              Flaw.WRONG_ORIGIN, "the older checkpoint", "it is of `" + before.origin() + "`");
        }
        yield before.size() == now.size()
            ? verified
            : new Verdict.Verified(
                now,
                verified.witnesses(),
                verified.entries(),
                verified.erased(),
                List.of(Verdict.Unproven.CONSISTENCY));
      }
    };
  }
}
