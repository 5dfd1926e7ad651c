package dev.countersign.cli.approvals;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign approvals delegate`.
@Command(
    name = "delegate",
    description = "Name who decides for you.",
    footer = {
      "",
      "Example:",
      "  countersign approvals delegate api_key:ck_0123456789abcdef --until 2026-12-01T18:00:00Z"
    })
public final class DelegateCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final RandomGenerator random;

  @Parameters(paramLabel = "ACTOR", description = "Who, as the ledger names him.")
  private String delegate = "";

  @Option(
      names = "--until",
      required = true,
      paramLabel = "TIME",
      description = "Until when, at most 90 days.")
  private String until = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "Which of your roles; all if none is given. May be repeated.")
  private List<String> roles = new ArrayList<>();

  @Mixin private final ActingOptions options = new ActingOptions(ApprovalsCommand.USUAL);

  public DelegateCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var body =
        Json.object()
            .put("delegate", delegate)
            .put("roles", Json.strings(roles))
            .put("until", until)
            .build();
    var answer =
        options.ask(
            random,
            "naming a delegate",
            (api, key) -> api.post(key, "/v1/delegations", Api.freshKey(random), body));
    if (!options.printed(console, answer)) {
      console
          .out()
          .printf(
              "%s decides for you until %s%n",
              ActingOptions.text(answer, "delegate"),
              ListCommand.seconds(ActingOptions.text(answer, "until")));
      console.out().flush();
    }
    return ExitCode.DONE;
  }
}
