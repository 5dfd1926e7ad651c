package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign ledger verify`.
@Command(
    name = "verify",
    description = "Verify receipts and exports offline.",
    footer = {
      "",
      "A receipt proves that one entry is in the log at one position; an export proves that",
      "nothing of a tenant is left out. Neither the server nor its database is needed.",
      "",
      "Examples:",
      "  countersign ledger verify receipt.txt --key log.vkey",
      "  countersign ledger verify export.jsonl --key 'countersign.local/x+0a1b2c3d+AQ…'",
      "  countersign ledger verify export.jsonl --key log.vkey --since checkpoint.txt"
    })
public final class VerifyCommand extends Help implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Receipts and exports.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--key",
      required = true,
      paramLabel = "KEY",
      description = "The log's verifier key, or a file (also @FILE) with one a line.")
  private List<String> keys = new ArrayList<>();

  @Option(
      names = "--witness",
      paramLabel = "KEY",
      description = "A witness that must have cosigned, in the same forms.")
  private List<String> witnesses = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "CHECKPOINT",
      description = "A file with an older checkpoint that you hold: the log must continue it.")
  private Optional<Path> since = Optional.empty();

  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var verification =
        new Verification(
            GivenKeys.trusted(keys, witnesses), since.map(VerifyCommand::note), console);
    int code = ExitCode.DONE;
    for (var file : files) {
      switch (verification.of(file)) {
        case Verdict.Verified verified -> say(file, verified);
        case Verdict.Refused(var flaw, var place, var message) -> {
          console.out().printf("FAILED: %s: %s: %s: %s%n", file, place, flaw.words(), message);
          code = ExitCode.SOMETHING_WRONG;
        }
      }
    }
    return code;
  }

  private void say(Path file, Verdict.Verified verified) {
    var checkpoint = verified.checkpoint();
    var line =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "ok: %s: %,d %s in the log `%s` of %,d",
                file,
                verified.entries(),
                verified.entries() == 1 ? "entry" : "entries",
                checkpoint.origin(),
                checkpoint.size()));
    if (verified.erased() > 0) {
      line.append(String.format(Locale.ROOT, ", %,d of them erased", verified.erased()));
    }
    if (!verified.witnesses().isEmpty()) {
      line.append(", witnessed by ").append(String.join(", ", verified.witnesses()));
    }
    console.out().println(line);
    verified.unproven().forEach(open -> console.out().println("note: " + open.words()));
  }

  private static SignedNote note(Path file) {
    try {
      return SignedNote.parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CommandFailure.NotUsable(
          "checkpoint `" + file + "` cannot be read", "save one from /ledger/checkpoint");
    } catch (MalformedLedgerData e) {
      throw new CommandFailure.NotUsable(
          "`" + file + "` is no checkpoint: " + e.getMessage(), "save one from /ledger/checkpoint");
    }
  }
}
