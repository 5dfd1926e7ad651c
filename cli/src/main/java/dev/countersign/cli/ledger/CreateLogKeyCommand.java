package dev.countersign.cli.ledger;

import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `countersign ledger key create`.
@Command(
    name = "create",
    description = "Make a key that signs every checkpoint beside the present one.",
    footer = {
      "",
      "Its file is written into the data directory; copy it to every other node at once: a node",
      "without it does not start. Running servers follow within seconds. Give the new verifier",
      "key to those who verify and to every witness; when all have it, retire the old one.",
      "",
      "Example:",
      "  countersign ledger key create --data-dir countersign-data"
    })
public final class CreateLogKeyCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final Map<String, String> environment;
  private final Clock clock;

  @Mixin private final LogPlace place = new LogPlace();

  public CreateLogKeyCommand(Console console, Map<String, String> environment, Clock clock) {
    this.console = console;
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    var tenant = place.platform();
    var made = LogPlace.done(() -> place.keys(environment, clock).create(tenant));
    console.out().println("key `" + made.key().id() + "` signs from now on: " + made.key());
    console.out().println("its file is `" + made.file() + "`; copy it to every other node");
    return ExitCode.DONE;
  }
}
