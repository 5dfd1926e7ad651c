package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign ledger key retire`.
@Command(
    name = "retire",
    description = "End the use of a key.",
    footer = {
      "",
      "A retired key stays published, for what it signed. One that was compromised is not; if no",
      "other key signs, a new one takes over in the same moment. Neither can be taken back, so",
      "the key's id has to be confirmed.",
      "",
      "Examples:",
      "  countersign ledger key retire 530d903a --confirm 530d903a",
      "  countersign ledger key retire 530d903a --compromised --confirm 530d903a"
    })
public final class RetireLogKeyCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final Map<String, String> environment;
  private final Clock clock;

  @Parameters(paramLabel = "ID", description = "The key's id, as 530d903a.")
  private String id = "";

  @Option(names = "--compromised", description = "Somebody else may have its private half.")
  private boolean compromised;

  @Option(names = "--confirm", paramLabel = "ID", description = "The same id again.")
  private String confirmed = "";

  @Mixin private final LogPlace place = new LogPlace();

  public RetireLogKeyCommand(Console console, Map<String, String> environment, Clock clock) {
    this.console = console;
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (!confirmed.equals(id)) {
      throw new CommandFailure.NotUsable(
          "ending the use of key `" + id + "` cannot be taken back",
          "confirm it by `--confirm " + id + "`");
    }
    var tenant = place.platform();
    var next = LogPlace.done(() -> place.keys(environment, clock).retire(tenant, id, compromised));
    console.out().println("key `" + id + "` is " + (compromised ? "compromised" : "retired"));
    next.ifPresent(made -> {
      console.out().println("key `" + made.key().id() + "` signs from now on: " + made.key());
      console.out().println("its file is `" + made.file() + "`; copy it to every other node");
    });
    return ExitCode.DONE;
  }
}
