package dev.countersign.cli.trust;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `countersign trust models`.
@Command(
    name = "models",
    description = "Say how the server's own models stand, and how good they are.",
    footer = {"", "Example:", "  countersign trust models"})
public final class ModelsCommand extends Help implements Callable<Integer> {
  static final String ADDRESS = "/v1/trust/models";

  private final Console console;
  private final RandomGenerator random;

  @Mixin private final ActingOptions options = new ActingOptions(ExplainCommand.USUAL);

  public ModelsCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var answer = options.ask(random, "reading models", (api, key) -> api.get(key, ADDRESS));
    if (!options.printed(console, answer)) {
      ModelStory.of(answer).forEach(console.out()::println);
      console.out().flush();
    }
    return ExitCode.DONE;
  }
}
