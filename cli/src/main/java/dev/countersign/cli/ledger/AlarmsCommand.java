package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `countersign ledger alarms`.
@Command(
    name = "alarms",
    description = "List what witnesses found inconsistent, or settle an alarm.",
    footer = {
      "",
      "docs/witnesses.md says what each alarm means. Its evidence stays in the database.",
      "",
      "Examples:",
      "  countersign ledger alarms --data-dir countersign-data",
      "  countersign ledger alarms --settle 7 --by 'j. doe: restored the newest state'"
    })
public final class AlarmsCommand extends Help implements Callable<Integer> {
  private static final int SHOWN = 1_000;
  private static final int LONGEST = 500;

  private final Console console;
  private final Map<String, String> environment;
  private final Clock clock;

  @Option(names = "--settle", paramLabel = "NUMBER", description = "The alarm's number.")
  private Optional<Long> settled = Optional.empty();

  @Option(
      names = "--by",
      paramLabel = "TEXT",
      description = "Who settles it, and what was found; 1 to 500 characters.")
  private String by = "";

  @Mixin private final LogPlace place = new LogPlace();

  public AlarmsCommand(Console console, Map<String, String> environment, Clock clock) {
    this.console = console;
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    return settled.isPresent() ? settle(settled.get()) : list();
  }

  private int list() {
    var lines = LogPlace.done(() -> place.alarms(environment).lines(SHOWN));
    lines.forEach(console.out()::println);
    if (lines.isEmpty()) {
      console.out().println("no alarm is open");
    }
    return lines.isEmpty() ? ExitCode.DONE : ExitCode.SOMETHING_WRONG;
  }

  private int settle(long id) {
    if (by.isBlank() || by.length() > LONGEST) {
      throw new CommandFailure.NotUsable(
          "an alarm is settled by somebody", "say who, and what was found, by `--by`");
    }
    var tenant = place.platform();
    boolean open = LogPlace.done(() -> place.settlement(environment, clock).settle(tenant, id, by));
    if (!open) {
      throw new CommandFailure.Failed(
          "no alarm `" + id + "` is open", "`countersign ledger alarms` lists them");
    }
    console.out().println("alarm `" + id + "` is settled");
    return ExitCode.DONE;
  }
}
