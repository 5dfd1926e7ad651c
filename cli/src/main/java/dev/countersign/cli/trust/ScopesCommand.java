package dev.countersign.cli.trust;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.kernel.Json.JsonObject;
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
  private static final String LINE = "%-36s  %-14s  %-20s  %-20s  %-14s  %-12s  %s%n";

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
      table(answer);
    }
    return ExitCode.DONE;
  }

  private void table(JsonObject answer) {
    var scopes = answer.items("scopes");
    if (scopes.isEmpty()) {
      console.out().println("no scope yet: the first proposal of an action makes one");
      return;
    }
    console.out().printf(LINE, "ID", "STAGE", "ACTION", "QUEUE", "SITE", "ROLE", "CLEAN MISSING");
    for (var each : scopes) {
      if (each instanceof JsonObject one) {
        console
            .out()
            .printf(
                LINE,
                ActingOptions.text(one, "scope_id"),
                ActingOptions.text(one, "stage_shown"),
                ActingOptions.text(one, "action_type"),
                ActingOptions.text(one, "queue"),
                ActingOptions.text(one, "site"),
                ActingOptions.text(one, "role_context"),
                missing(one));
      }
    }
    if (answer.text("next_cursor").isPresent()) {
      console.out().println("there are more");
    }
    console.out().flush();
  }

  private static String missing(JsonObject scope) {
    return scope
        .object("promotion_test")
        .flatMap(test -> test.number("clean_missing"))
        .map(count -> Long.toString(count.longValue()))
        .orElse("-");
  }
}
