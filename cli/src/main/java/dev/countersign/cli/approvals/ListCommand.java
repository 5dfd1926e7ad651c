package dev.countersign.cli.approvals;

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

/// `countersign approvals list`.
@Command(
    name = "list",
    description = "List what waits for your roles and that you have not decided, newest first.",
    footer = {"", "Example:", "  countersign approvals list --as approver2"})
public final class ListCommand extends Help implements Callable<Integer> {
  private static final String LINE = "%-36s  %-20s  %-24s  %-20s  %s%n";

  private final Console console;
  private final RandomGenerator random;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many, 1 to 100; ${DEFAULT-VALUE} if not given.")
  private int limit = 20;

  @Mixin private final ActingOptions options = new ActingOptions(ApprovalsCommand.USUAL);

  public ListCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var answer =
        options.ask(
            random,
            "listing approvals",
            (api, key) -> api.get(key, ApprovalsCommand.ADDRESS + "?limit=" + limit));
    if (!options.printed(console, answer)) {
      table(answer);
    }
    return ExitCode.DONE;
  }

  private void table(JsonObject answer) {
    var waiting = answer.items("approvals");
    if (waiting.isEmpty()) {
      console.out().println("nothing waits for your roles");
      return;
    }
    console.out().printf(LINE, "ID", "WHAT", "OF", "EXPIRES", "ASKED BY");
    for (var each : waiting) {
      if (each instanceof JsonObject one) {
        console
            .out()
            .printf(
                LINE,
                ActingOptions.text(one, "id"),
                one.text("action_type").or(() -> one.text("operation")).orElse("-"),
                one.text("case_reference").or(() -> one.text("model")).orElse("-"),
                seconds(ActingOptions.text(one, "expires_at")),
                one.text("proposer").or(() -> one.text("asker")).orElse("-"));
      }
    }
    if (waiting.stream().anyMatch(each -> each instanceof JsonObject one && Card.demo(one))) {
      console.out().println("all of a demo tenant");
    }
    if (answer.text("next_cursor").isPresent()) {
      console.out().println("there are more");
    }
    console.out().flush();
  }

  /// What a person wants to know of a time.
  static String seconds(String time) {
    return time.replaceFirst("\\.[0-9]+Z$", "Z");
  }
}
