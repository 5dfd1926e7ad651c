package dev.countersign.cli.approvals;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `countersign approvals history`.
@Command(
    name = "history",
    description = "Show what the ledger says of a request's action, oldest first.",
    footer = {
      "",
      "Example:",
      "  countersign approvals history 0198c0de-0000-7000-8000-000000000001"
    })
public final class HistoryCommand extends Help implements Callable<Integer> {
  /// Of one governed action; what does not fit is said.
  private static final int MOST = 100;

  private static final String LINE = "%-8s  %-20s  %-22s  %s%n";

  private final Console console;
  private final RandomGenerator random;

  @Parameters(paramLabel = "ID", description = "The request's id.")
  private String id = "";

  @Mixin private final ActingOptions options = new ActingOptions(ApprovalsCommand.USUAL);

  public HistoryCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var what = "showing the history of `" + id + "`";
    var request =
        options.ask(random, what, (api, key) -> api.get(key, ApprovalsCommand.address(id)));
    // A proposal's id is the correlation id of all that followed.
    var action =
        request.text("proposal_id").orElseGet(() -> ActingOptions.text(request, "correlation_id"));
    var answer =
        options.ask(
            random,
            what,
            (api, key) ->
                api.get(
                    key,
                    "/v1/ledger/entries?limit=%d&correlation_id=%s"
                        .formatted(MOST, Api.quoted(action))));
    if (!options.printed(console, answer)) {
      table(answer);
    }
    return ExitCode.DONE;
  }

  private void table(JsonObject answer) {
    var entries = new ArrayList<>(answer.items("entries"));
    Collections.reverse(entries);
    console.out().printf(LINE, "INDEX", "TIME", "WHAT", "WHO");
    for (var each : entries) {
      if (each instanceof JsonObject one) {
        line(one);
      }
    }
    if (answer.text("next_cursor").isPresent()) {
      console.out().println("the " + MOST + " newest; GET /v1/ledger/entries has them all");
    }
    console.out().flush();
  }

  private void line(JsonObject one) {
    var entry = one.object("entry").orElse(JsonObject.EMPTY);
    console
        .out()
        .printf(
            LINE,
            one.number("log_index").map(index -> Long.toString(index.longValue())).orElse("-"),
            ListCommand.seconds(entry.text("time").orElse("-")),
            entry.text("action").orElse("erased"),
            entry.text("actor").orElse("-"));
  }
}
