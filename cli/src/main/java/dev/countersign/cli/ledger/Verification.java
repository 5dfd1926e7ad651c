package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.ledger.CheckpointVerdict;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.Flaw;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Verifies files that the server wrote, by keys that one has from elsewhere.
final class Verification {
  // Over the longest receipt; what is larger is an export or nothing of ours.
  private static final long LARGEST_RECEIPT = 8L << 20;

  // How many entries an export has is known only at its end.
  private static final long UNKNOWN = -1;

  private final TrustedKeys keys;
  private final Optional<SignedNote> since;
  private final Console console;

  /// @param since an older checkpoint that the log must continue
  Verification(TrustedKeys keys, Optional<SignedNote> since, Console console) {
    this.keys = keys;
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
    var verifier = new ExportVerifier(keys);
    try (var progress = console.progress("verify", UNKNOWN)) {
      return since.map(verifier::since).orElse(verifier).verify(file, progress::at);
    }
  }

  private Verdict receipt(Path file) throws IOException {
    if (Files.size(file) > LARGEST_RECEIPT) {
      return malformed("it is too large for a receipt, and an export begins with `{`");
    }
    Receipt receipt;
    try {
      receipt = Receipt.parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (MalformedLedgerData e) {
      return malformed(String.valueOf(e.getMessage()));
    }
    return switch (receipt.verify(keys)) {
      case Verdict.Verified verified ->
          since.map(older -> follows(older, verified)).orElse(verified);
      case Verdict.Refused refused -> refused;
    };
  }

  /// A receipt has no consistency proof, but it must not be of a shorter log than the older one.
  private Verdict follows(SignedNote older, Verdict.Verified verified) {
    return switch (keys.check(older)) {
      case CheckpointVerdict.Refused(var flaw, var message) ->
          new Verdict.Refused(flaw, "the older checkpoint", message);
      case CheckpointVerdict.Accepted(var before, _) -> {
        var now = verified.checkpoint();
        if (!before.origin().equals(now.origin())) {
          yield new Verdict.Refused(
              Flaw.WRONG_ORIGIN, "the older checkpoint", "it is of `" + before.origin() + "`");
        }
        if (before.size() == now.size() && !before.root().equals(now.root())) {
          yield new Verdict.Refused(
              Flaw.BROKEN_CHAIN_OF_CHECKPOINTS,
              "the checkpoint",
              "it has another root at the same size as the older one");
        }
        // An older receipt stays valid, so a smaller size is no flaw; it only proves nothing more.
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

  private static Verdict malformed(String message) {
    return new Verdict.Refused(Flaw.MALFORMED, "the file", message);
  }
}
