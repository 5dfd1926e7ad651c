package dev.countersign.cli.keys;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `countersign keys create`.
@Command(
    name = "create",
    description = "Make a key and show it, once.",
    footer = {
      "",
      "The key is printed to standard output and kept nowhere: whoever loses it rotates it.",
      "",
      "Example:",
      "  countersign keys create --name 'claims agent' --role agent --network 10.1.0.0/16"
    })
public final class CreateKeyCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final RandomGenerator random;

  @Option(names = "--name", required = true, paramLabel = "NAME", description = "What it is for.")
  private String name = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "A role; may be given again. agent if not given.")
  private List<String> roles = List.of();

  @Option(
      names = "--scope",
      paramLabel = "PERMISSION",
      description = "Narrow it to this permission of its roles; may be given again.")
  private List<String> scopes = List.of();

  @Option(
      names = "--network",
      paramLabel = "CIDR",
      description = "From where it may be used; may be given again. Everywhere if not given.")
  private List<String> networks = List.of();

  @Option(
      names = "--expires-at",
      paramLabel = "TIME",
      description = "When it ends, as 2027-01-31T08:00:00Z; never if not given.")
  private Optional<String> expiresAt = Optional.empty();

  @Option(names = "--limit", paramLabel = "N", description = "Calls in 60 seconds.")
  private Optional<Integer> limit = Optional.empty();

  @Option(names = "--burst", paramLabel = "N", description = "Calls at once.")
  private Optional<Integer> burst = Optional.empty();

  @Mixin private final ActingOptions options = new ActingOptions("admin");

  public CreateKeyCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var body =
        Json.object()
            .put("name", name)
            .put("roles", Json.strings(roles))
            .put("scopes", Json.strings(scopes))
            .put("networks", Json.strings(networks))
            .put("expires_at", expiresAt.map(Json::of))
            .put("limit", limit.map(calls -> Json.of((long) calls)))
            .put("burst", burst.map(calls -> Json.of((long) calls)))
            .build();
    var answer =
        options.ask(
            random,
            "making key `" + name + "`",
            (api, key) -> api.post(key, KeysCommand.ADDRESS, Api.freshKey(random), body));
    if (!options.printed(console, answer)) {
      show(answer);
    }
    return ExitCode.DONE;
  }

  private void show(JsonObject answer) {
    console.out().println("key `" + name + "` is made: " + ActingOptions.text(answer, "id"));
    console.out().println("shown this once: " + ActingOptions.text(answer, "key"));
  }
}
