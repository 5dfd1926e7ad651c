package dev.countersign.cli.policy;

import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.policy.Conditions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `countersign policy lint`.
@Command(
    name = "lint",
    description = "Show everything that is wrong with policy sets.",
    footer = {
      "",
      "Each problem is a line `file:line:column: message`. A warning is something that is allowed",
      "and was probably not meant; warnings alone leave the exit code 0.",
      "",
      "Example:",
      "  countersign policy lint policies.yaml"
    })
public final class LintCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final Supplier<Conditions> language;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Policy sets, YAML or JSON.")
  private List<Path> files = new ArrayList<>();

  /// @param language made when it is needed: it takes longer than most commands
  public LintCommand(Console console, Supplier<Conditions> language) {
    this.console = console;
    this.language = language;
  }

  @Override
  public Integer call() {
    var conditions = language.get();
    int code = ExitCode.DONE;
    for (var path : files) {
      var problems =
          switch (PolicyFile.read(path)) {
            case PolicyFile.Read.Unfit(var lines) -> lines;
            case PolicyFile.Read.Fit(var file, var set) -> {
              file.warnings(set).forEach(console.out()::println);
              yield file.problems(set, conditions);
            }
          };
      problems.forEach(console.out()::println);
      if (problems.isEmpty()) {
        console.out().println("ok: " + path);
      } else {
        code = ExitCode.SOMETHING_WRONG;
      }
    }
    return code;
  }
}
