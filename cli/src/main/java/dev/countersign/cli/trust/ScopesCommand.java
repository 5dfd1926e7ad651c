package dev.countersign.cli.trust;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `countersign trust scopes`.
@Command(
    name = "scopes",
    description = "List the trust scopes, newest first.",
    footer = {"", "Example:", "  countersign trust scopes --limit 100"})
public final class ScopesCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final RandomGenerator random;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many, 1 to 100; ${DEFAULT-VALUE} if not given.")
  private int limit = 20;

  @Mixin private final ActingOptions options = new ActingOptions(ExplainCommand.USUAL);

  public ScopesCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var answer =
        options.ask(
            random,
            "listing trust scopes",
            (api, key) -> api.get(key, ExplainCommand.ADDRESS + "?limit=" + limit));
    if (!options.printed(console, answer)) {
      ScopeTable.of(answer).forEach(console.out()::println);
      console.out().flush();
    }
    return ExitCode.DONE;
  }
}
