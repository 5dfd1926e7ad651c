package dev.countersign.cli.ledger;

import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `countersign ledger key list`.
@Command(
    name = "list",
    description = "List the log's keys, the oldest first; never a private one.",
    footer = {"", "Example:", "  countersign ledger key list --data-dir countersign-data"})
public final class ListLogKeysCommand extends Help implements Callable<Integer> {
  private static final String LINE = "%-8s  %-11s  %-4s  %s%n";

  private final Console console;
  private final Map<String, String> environment;
  private final Clock clock;

  @Mixin private final LogPlace place = new LogPlace();

  public ListLogKeysCommand(Console console, Map<String, String> environment, Clock clock) {
    this.console = console;
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    var keys = LogPlace.done(() -> place.keys(environment, clock).list());
    console.out().printf(LINE, "ID", "STATE", "HERE", "VERIFIER KEY");
    for (var key : keys) {
      console
          .out()
          .printf(LINE, key.key().id(), key.state().word(), key.here() ? "yes" : "no", key.key());
    }
    console.out().flush();
    return ExitCode.DONE;
  }
}
