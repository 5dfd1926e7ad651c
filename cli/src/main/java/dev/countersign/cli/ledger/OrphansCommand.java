package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.cli.console.LazyProgress;
import dev.countersign.ledger.ActionLinks;
import dev.countersign.ledger.MalformedLedgerData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `countersign ledger orphans`.
@Command(
    name = "orphans",
    description = "List what lacks the steps before it in exports, offline.",
    footer = {
      "",
      "Every approval must have its proposal, every execution an approval of the same digests or a",
      "stage that authorized it, every outcome its execution. Each one that has not is a line with",
      "its index in the log. Exit codes: 0 if there is none, 1 if there is one.",
      "The export is not verified by this: see `ledger verify`.",
      "",
      "Example:",
      "  countersign ledger orphans export.jsonl"
    })
public final class OrphansCommand extends Help implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Exports.")
  private List<Path> files = new ArrayList<>();

  public OrphansCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    int code = ExitCode.DONE;
    for (var file : files) {
      var summary = read(file);
      var line =
          String.format(
              Locale.ROOT,
              "%s: %s: %,d entries, %,d governed actions, %,d orphans",
              summary.orphans() == 0 ? "ok" : "FAILED",
              file,
              summary.entries(),
              summary.actions(),
              summary.orphans());
      console.out().println(line);
      if (summary.unknown() > 0) {
        console
            .out()
            .printf(
                Locale.ROOT,
                "note: %,d entries are erased or of actions from before the period, and were not judged%n",
                summary.unknown());
      }
      code = summary.orphans() > 0 ? ExitCode.SOMETHING_WRONG : code;
    }
    return code;
  }

  private ActionLinks.Summary read(Path file) {
    try (var progress = new LazyProgress(console, "orphans")) {
      return ActionLinks.read(
          file,
          orphan ->
              console
                  .out()
                  .printf(
                      "orphan: %s: log index %d: `%s` of %s is %s%n",
                      file,
                      orphan.logIndex(),
                      orphan.action(),
                      orphan.correlationId(),
                      orphan.fault().words()),
          progress::at);
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read: " + e.getMessage(), "is it there, and yours?", e);
    } catch (MalformedLedgerData e) {
      throw new CommandFailure.Failed(
          "`" + file + "` is no whole export: " + e.getMessage(),
          "`countersign ledger verify` says exactly what is wrong with it",
          e);
    }
  }
}
