package dev.countersign.cli.approvals;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `countersign approvals show`.
@Command(
    name = "show",
    description = "Show what an approval would do, and the digest to agree to.",
    footer = {"", "Example:", "  countersign approvals show 0198c0de-0000-7000-8000-000000000001"})
public final class ShowCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final RandomGenerator random;

  @Parameters(paramLabel = "ID", description = "The request's id, as `approvals list` shows it.")
  private String id = "";

  @Mixin private final ActingOptions options = new ActingOptions(ApprovalsCommand.USUAL);

  public ShowCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var answer =
        options.ask(
            random,
            "showing approval `" + id + "`",
            (api, key) -> api.get(key, ApprovalsCommand.address(id)));
    if (!options.printed(console, answer)) {
      Card.print(answer, console.out());
    }
    return ExitCode.DONE;
  }
}
