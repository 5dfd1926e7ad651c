package dev.countersign.cli.keys;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `countersign keys revoke`.
@Command(
    name = "revoke",
    description = "Revoke a key: nothing is committed for it any more.",
    footer = {"", "Example:", "  countersign keys revoke ck_0123456789abcdef"})
public final class RevokeKeyCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final RandomGenerator random;

  @Parameters(paramLabel = "ID", description = "The key's id, as ck_0123456789abcdef.")
  private String id = "";

  @Mixin private final ActingOptions options = new ActingOptions("admin");

  public RevokeKeyCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var answer =
        options.ask(
            random,
            "revoking key `" + id + "`",
            (api, key) ->
                api.delete(key, KeysCommand.ADDRESS + "/" + Api.quoted(id), Api.freshKey(random)));
    if (!options.printed(console, answer)) {
      console
          .out()
          .println("key `" + id + "` is revoked: " + ActingOptions.text(answer, "revoked_at"));
    }
    return ExitCode.DONE;
  }
}
