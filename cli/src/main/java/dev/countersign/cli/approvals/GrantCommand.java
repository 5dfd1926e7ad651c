package dev.countersign.cli.approvals;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign approvals grant`.
@Command(
    name = "grant",
    description = "Agree, once, to a transition before it is proposed.",
    footer = {
      "",
      "It fits an action without a payload, on that case or up to that amount.",
      "",
      "Example:",
      "  countersign approvals grant refill dispense --case ID --until 2026-12-01T18:00:00Z"
    })
public final class GrantCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final RandomGenerator random;

  @Parameters(index = "0", paramLabel = "WORKFLOW", description = "The workflow's key.")
  private String workflow = "";

  @Parameters(index = "1", paramLabel = "TRANSITION", description = "The transition's name.")
  private String transition = "";

  @Option(names = "--case", paramLabel = "ID", description = "For this case.")
  private @Nullable String caseId;

  @Option(names = "--site", paramLabel = "SITE", description = "At this site.")
  private @Nullable String site;

  @Option(names = "--up-to", paramLabel = "N", description = "Up to this amount.")
  private @Nullable Long amount;

  @Option(
      names = "--until",
      required = true,
      paramLabel = "TIME",
      description = "Until when, at most seven days.")
  private String until = "";

  @Mixin private final ActingOptions options = new ActingOptions(ApprovalsCommand.USUAL);

  public GrantCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    var body = Json.object().put("template", template()).put("expires_at", until).build();
    var answer =
        options.ask(
            random,
            "agreeing beforehand",
            (api, key) -> api.post(key, "/v1/grants", Api.freshKey(random), body));
    if (!options.printed(console, answer)) {
      console
          .out()
          .printf(
              "grant %s, for one request until %s%n",
              ActingOptions.text(answer, "grant_id"),
              ListCommand.seconds(ActingOptions.text(answer, "expires_at")));
      console.out().flush();
    }
    return ExitCode.DONE;
  }

  private JsonObject template() {
    return Json.object()
        .put("workflow", workflow)
        .put("transition", transition)
        .put("case_id", Optional.ofNullable(caseId).map(Json::of))
        .put("site", Optional.ofNullable(site).map(Json::of))
        .put("amount_up_to", Optional.ofNullable(amount).map(Json::of))
        .build();
  }
}
