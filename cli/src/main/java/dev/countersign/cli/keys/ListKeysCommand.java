package dev.countersign.cli.keys;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `countersign keys list`.
@Command(
    name = "list",
    description = "List the tenant's keys, newest first; never a secret.",
    footer = {"", "Example:", "  countersign keys list --json"})
public final class ListKeysCommand extends Help implements Callable<Integer> {
  private static final int PAGE = 100;

  /// A tenant with more keys asks page by page, over HTTP.
  private static final int MOST_PAGES = 1_000;

  private static final String LINE = "%-19s  %-8s  %-24s  %-28s  %-30s  %s%n";

  private final Console console;
  private final RandomGenerator random;

  @Mixin private final ActingOptions options = new ActingOptions("admin");

  public ListKeysCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var keys = new ArrayList<Json>();
    var cursor = Optional.<String>empty();
    for (int page = 0; page == 0 || (cursor.isPresent() && page < MOST_PAGES); page++) {
      var from = cursor.map(last -> "&cursor=" + Api.quoted(last)).orElse("");
      var answer =
          options.ask(
              random,
              "listing keys",
              (api, key) -> api.get(key, KeysCommand.ADDRESS + "?limit=" + PAGE + from));
      keys.addAll(answer.items("keys"));
      cursor = answer.text("next_cursor");
    }
    if (!options.printed(console, Json.object().put("keys", Json.array(keys)).build())) {
      table(keys);
    }
    return ExitCode.DONE;
  }

  private void table(List<Json> keys) {
    console.out().printf(LINE, "ID", "STATE", "NAME", "ROLES", "LAST USED", "REQUESTS");
    for (var key : keys) {
      if (key instanceof JsonObject one) {
        console
            .out()
            .printf(
                LINE,
                ActingOptions.text(one, "id"),
                ActingOptions.text(one, "state"),
                ActingOptions.text(one, "name"),
                words(one.items("roles")),
                one.text("last_used_at").orElse("-"),
                one.number("request_count").map(Double::longValue).orElse(0L));
      }
    }
    console.out().flush();
  }

  private static String words(List<Json> words) {
    return words.stream()
        .map(word -> word instanceof JsonString(var text) ? text : "")
        .collect(Collectors.joining(","));
  }
}
