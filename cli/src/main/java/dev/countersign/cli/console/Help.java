package dev.countersign.cli.console;

import picocli.CommandLine.Option;

/// What every command has: `--help`.
public abstract class Help {
  // Read by picocli, which prints the help and ends.
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean asked;
}
