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

/// `countersign approvals reject`.
@Command(
    name = "reject",
    description = "Reject what was shown.",
    footer = {
      "",
      "The digest is that of `approvals show`: it binds the action, the policies, who has to agree",
      "and until when, and the server refuses another.",
      "",
      "Example:",
      "  countersign approvals reject ID --digest DIGEST --reason 'the prescriber withdrew it'"
    })
public final class RejectCommand extends Help implements Callable<Integer> {
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

  public RejectCommand(Console console, RandomGenerator random) {
    this.console = console;
    this.random = random;
  }

  @Override
  public Integer call() {
    new Deciding(console, random, options).decide(id, "reject", digest, reason, decidedFor);
    return ExitCode.DONE;
  }
}
