package dev.countersign.cli.approvals;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign approvals defer`.
@Command(
    name = "defer",
    description = "Leave to others, or to later, what was shown.",
    footer = {
      "",
      "To defer is neither to agree nor to reject: the request stays where it is, you may still",
      "decide about it, and it counts as evidence of nothing.",
      "The digest is that of `approvals show`: it binds the action, the policies, who has to agree",
      "and until when, and the server refuses another.",
      "",
      "Example:",
      "  countersign approvals defer ID --digest DIGEST --reason 'back on Monday'"
    })
public final class DeferCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final RandomGenerator random;

  @Parameters(paramLabel = "ID", description = "The request's id.")
  private String id = "";

  @Option(
      names = "--digest",
      required = true,
      paramLabel = "DIGEST",
      description = "Of what was shown.")
  private String digest = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why; for those who asked and for the log, at most 1,000 characters.")
  private String reason = "";

  @Option(
      names = "--for",
      paramLabel = "ACTOR",
      description = "In whose name, if he named you as his delegate.")
  private String decidedFor = "";

  @Mixin private final ActingOptions options = new ActingOptions(ApprovalsCommand.USUAL);

  public DeferCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    new Deciding(console, random, options).decide(id, "defer", digest, reason, decidedFor);
    return ExitCode.DONE;
  }
}
