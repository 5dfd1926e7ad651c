package dev.countersign.cli.keys;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.kernel.Json;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign keys rotate`.
@Command(
    name = "rotate",
    description = "Give a key another secret and show it, once.",
    footer = {
      "",
      "Both secrets are good until the overlap ends. With --overlap 0 every older secret ends at",
      "once: for a secret that is lost or known to others.",
      "",
      "Example:",
      "  countersign keys rotate ck_0123456789abcdef --overlap 3600"
    })
public final class RotateKeyCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final RandomGenerator random;

  @Parameters(paramLabel = "ID", description = "The key's id, as ck_0123456789abcdef.")
  private String id = "";

  @Option(
      names = "--overlap",
      paramLabel = "SECONDS",
      description = "How long the old secret stays good; an hour if not given.")
  private Optional<Long> overlap = Optional.empty();

  @Mixin private final ActingOptions options = new ActingOptions("admin");

  public RotateKeyCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var body = Json.object().put("overlap_seconds", overlap.map(Json::of)).build();
    var answer =
        options.ask(
            random,
            "rotating key `" + id + "`",
            (api, key) ->
                api.post(
                    key,
                    KeysCommand.ADDRESS + "/" + Api.quoted(id) + "/rotate",
                    Api.freshKey(random),
                    body));
    if (!options.printed(console, answer)) {
      var until = answer.text("former_until");
      console
          .out()
          .println(
              "key `"
                  + id
                  + "` is rotated; "
                  + until
                      .map(end -> "the old secret is good until " + end)
                      .orElse("older secrets are good no more"));
      console.out().println("shown this once: " + ActingOptions.text(answer, "key"));
    }
    return ExitCode.DONE;
  }
}
