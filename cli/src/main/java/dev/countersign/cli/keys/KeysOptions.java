package dev.countersign.cli.keys;

import dev.countersign.cli.api.Answer;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.api.ServerOptions;
import dev.countersign.cli.console.Console;
import dev.countersign.kernel.Json.JsonObject;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What all commands about keys take: a server, the key by which one acts, and how to print.
final class KeysOptions {
  static final String ADDRESS = "/api/admin/keys";

  @Mixin private final ServerOptions options = new ServerOptions();

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "The key of the keys file to act with; admin if not given.")
  private String as = "admin";

  @Option(names = "--json", description = "Print the server's answer as it is.")
  private boolean json;

  /// Asks the server with the key that was named.
  JsonObject ask(RandomGenerator random, String what, BiFunction<Api, String, Answer> request) {
    var server = options.server();
    var key = server.key(as);
    try (var api = new Api(server.url(), random, _ -> {})) {
      api.requireServer();
      return request.apply(api, key).orFail(what);
    }
  }

  /// Prints the answer as it is, if that was asked for.
  boolean printed(Console console, JsonObject answer) {
    if (json) {
      console.out().println(answer);
    }
    return json;
  }

  static String text(JsonObject answer, String name) {
    return answer
        .text(name)
        .orElseThrow(() -> Answer.notUnderstood("the answer about keys", "no `" + name + "`"));
  }
}
