package dev.countersign.cli;

import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `countersign version`.
@Command(name = "version", description = "Print the version.")
final class VersionCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final Installation installation;

  VersionCommand(Console console, Installation installation) {
    this.console = console;
    this.installation = installation;
  }

  @Override
  public Integer call() {
    console.out().println("countersign " + installation.version());
    return ExitCode.DONE;
  }
}
