package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.cli.console.LazyProgress;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonWriter;
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
      "Exit codes: 0 if all are verified, 1 if one is refused, 2 if a key or the checkpoint is not",
      "usable. docs/ledger-format.md says what is checked, in which order, and what each word means.",
      "",
      "Examples:",
      "  countersign ledger verify receipt.txt --key log.vkey",
      "  countersign ledger verify export.jsonl --key 'countersign.local/x+0a1b2c3d+AQ…'",
      "  countersign ledger verify export.jsonl --key log.vkey --since checkpoint.txt",
      "  countersign ledger verify receipts/*.txt --key log.vkey --json"
    })
public final class VerifyCommand extends Help implements Callable<Integer> {
  // More files than one looks at one by one.
  private static final int MANY = 100;

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

  @Option(names = "--json", description = "Print an object a line for each file, for programs.")
  private boolean json;

  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var verification =
        new Verification(
            GivenKeys.trusted(keys, witnesses), since.map(VerifyCommand::note), console);
    int code = ExitCode.DONE;
    try (var progress = new LazyProgress(console, "files")) {
      for (int i = 0; i < files.size(); i++) {
        var verdict = verification.of(files.get(i));
        if (files.size() > MANY) {
          progress.at(i + 1, files.size());
        }
        if (json) {
          console.out().println(JsonWriter.text(json(files.get(i), verdict)));
        } else {
          say(files.get(i), verdict);
        }
        code = verdict instanceof Verdict.Refused ? ExitCode.SOMETHING_WRONG : code;
      }
    }
    return code;
  }

  private void say(Path file, Verdict verdict) {
    switch (verdict) {
      case Verdict.Verified verified -> say(file, verified);
      case Verdict.Refused(var flaw, var place, var message) ->
          console.out().printf("FAILED: %s: %s: %s: %s%n", file, place, flaw.words(), message);
    }
  }

  private static JsonObject json(Path file, Verdict verdict) {
    var json = Json.object().put("file", file.toString());
    return switch (verdict) {
      case Verdict.Verified(var checkpoint, var witnesses, var entries, var erased, var unproven) ->
          json.put("verified", true)
              .put("entries", entries)
              .put("erased", erased)
              .put("origin", checkpoint.origin())
              .put("size", checkpoint.size())
              .put("witnesses", Json.strings(List.copyOf(witnesses)))
              .put(
                  "unproven",
                  Json.strings(
                      unproven.stream().map(open -> open.name().toLowerCase(Locale.ROOT)).toList()))
              .build();
      case Verdict.Refused(var flaw, var place, var message) ->
          json.put("verified", false)
              .put("flaw", flaw.words())
              .put("place", place)
              .put("message", message)
              .build();
    };
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
