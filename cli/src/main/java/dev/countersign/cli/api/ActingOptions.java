package dev.countersign.cli.api;

import dev.countersign.cli.console.Console;
import dev.countersign.kernel.Json.JsonObject;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What commands take that ask a server for one thing: where it is, the key by which one acts, and
/// how to print.
public final class ActingOptions {
  @Mixin private final ServerOptions options = new ServerOptions();

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "The key of the keys file to act with; ${DEFAULT-VALUE} if not given.")
  private String as;

  @Option(names = "--json", description = "Print the server's answer as it is.")
  private boolean json;

  /// @param usual the name of the key where none is given
  public ActingOptions(String usual) {
    this.as = usual;
  }

  /// Asks the server with the key that was named.
  public JsonObject ask(
      RandomGenerator random, String what, BiFunction<Api, String, Answer> request) {
    var server = options.server();
    var key = server.key(as);
    try (var api = new Api(server.url(), random, _ -> {})) {
      api.requireServer();
      return request.apply(api, key).orFail(what);
    }
  }

  /// Prints the answer as it is, if that was asked for.
  public boolean printed(Console console, JsonObject answer) {
    if (json) {
      console.out().println(answer);
    }
    return json;
  }

  /// A member that every answer of a server of this version has.
  public static String text(JsonObject answer, String name) {
    return answer
        .text(name)
        .orElseThrow(() -> Answer.notUnderstood("the answer", "no `" + name + "`"));
  }
}
