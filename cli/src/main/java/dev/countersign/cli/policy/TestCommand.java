package dev.countersign.cli.policy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.tests.SetFile;
import dev.countersign.policy.tests.TestResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign policy test`.
@Command(
    name = "test",
    description = "Run the tests of a policy set, as the server does before it comes into force.",
    footer = {
      "",
      "The file holds a set with `policies`, what is registered in `given`, and `tests`; or the",
      "tests alone, with the set in a file of its own.",
      "",
      "Examples:",
      "  countersign policy test policies.yaml",
      "  countersign policy test tests.yaml --set policies.json"
    })
public final class TestCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final Supplier<Conditions> language;

  @Parameters(paramLabel = "FILE", description = "The tests, with or without their set.")
  private Path tests = Path.of("");

  @Option(names = "--set", paramLabel = "FILE", description = "The set that is tested.")
  private Optional<Path> set = Optional.empty();

  /// @param language made when it is needed: it takes longer than most commands
  public TestCommand(Console console, Supplier<Conditions> language) {
    this.console = console;
    this.language = language;
  }

  @Override
  public Integer call() {
    var conditions = language.get();
    var tested = fit(tests, conditions);
    var judged = set.isEmpty() ? tested : fit(set.get(), conditions);
    if (tested.isEmpty() || judged.isEmpty()) {
      return ExitCode.SOMETHING_WRONG;
    }
    var cases = tested.get().tests();
    if (cases.count() == 0) {
      throw new CommandFailure.NotUsable(
          "`" + tests + "` has no tests", "name some under `tests`: a request and its answer");
    }
    return report(cases.run(judged.get().set(), conditions));
  }

  /// The file with its set, unless it is not fit for use; then every problem was shown.
  private Optional<SetFile> fit(Path path, Conditions conditions) {
    var read = PolicyFile.read(path);
    var problems =
        switch (read) {
          case PolicyFile.Read.Unfit(var lines) -> lines;
          case PolicyFile.Read.Fit(var file, var found) -> file.problems(found, conditions);
        };
    if (read instanceof PolicyFile.Read.Fit(var _, var found) && problems.isEmpty()) {
      return Optional.of(found);
    }
    problems.forEach(console.out()::println);
    return Optional.empty();
  }

  private int report(List<TestResult> results) {
    int failed = 0;
    for (var result : results) {
      console.out().println((result.passed() ? "ok: " : "FAILED: ") + result.name());
      for (var difference : result.differences()) {
        console
            .out()
            .printf(
                "  %s: expected %s, was %s%n",
                difference.field(),
                JsonWriter.text(difference.expected()),
                JsonWriter.text(difference.actual()));
      }
      if (!result.errored().isEmpty()) {
        console.out().println("  could not be evaluated: " + String.join(", ", result.errored()));
      }
      failed += result.passed() ? 0 : 1;
    }
    console.out().printf("%d of %d passed%n", results.size() - failed, results.size());
    return failed == 0 ? ExitCode.DONE : ExitCode.SOMETHING_WRONG;
  }
}
