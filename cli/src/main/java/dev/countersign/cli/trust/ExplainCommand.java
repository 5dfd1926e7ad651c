package dev.countersign.cli.trust;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.kernel.Json;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `countersign trust explain`.
@Command(
    name = "explain",
    description = "Say where a trust scope stands, what is missing, and what would lower it.",
    footer = {
      "",
      "With --json the server's answers: the scope, and the tenant's ceilings.",
      "",
      "Example:",
      "  countersign trust explain 0198c0de-0000-7000-8000-000000000001"
    })
public final class ExplainCommand extends Help implements Callable<Integer> {
  static final String ADDRESS = "/v1/trust/scopes";

  /// The key of a demo with which a person looks.
  static final String USUAL = "approver";

  private final Console console;
  private final RandomGenerator random;

  @Parameters(paramLabel = "SCOPE", description = "The scope's id, as `trust scopes` shows it.")
  private String id = "";

  @Mixin private final ActingOptions options = new ActingOptions(USUAL);

  public ExplainCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var what = "explaining trust scope `" + id + "`";
    var scope =
        options.ask(random, what, (api, key) -> api.get(key, ADDRESS + "/" + Api.quoted(id)));
    var autonomy = options.ask(random, what, (api, key) -> api.get(key, "/v1/autonomy"));
    var both = Json.object().put("scope", scope).put("autonomy", autonomy).build();
    if (!options.printed(console, both)) {
      Explanation.of(scope, autonomy).forEach(console.out()::println);
      console.out().flush();
    }
    return ExitCode.DONE;
  }
}
