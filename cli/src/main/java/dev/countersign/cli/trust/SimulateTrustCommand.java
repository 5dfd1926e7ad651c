package dev.countersign.cli.trust;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.trust.laboratory.Laboratory;
import dev.countersign.trust.laboratory.LaboratoryReport;
import dev.countersign.trust.laboratory.Plan;
import dev.countersign.trust.laboratory.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `countersign trust simulate`.
@Command(
    name = "simulate",
    description =
        "Play made-up scopes through the rules of promotion and demotion, beside four usual heuristics.",
    footer = {
      "",
      "Each scenario makes up scopes whose harm follows a story, and lets each rule decide when they",
      "run by themselves. Where every promotion is false, ours may promote one in a hundred at most.",
      "The same seed gives the same report, whatever the threads. Nothing is asked of a server.",
      "",
      "Examples:",
      "  countersign trust simulate --scopes 2000 --html trust.html",
      "  countersign trust simulate --scenario sleeper --scenario drift --budget 0.02"
    })
public final class SimulateTrustCommand extends Help implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--scopes",
      paramLabel = "N",
      description = "How many of each scenario; ${DEFAULT-VALUE} if not given.")
  private int scopes = 2_000;

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      description = "One of them; all if not given. May be repeated.")
  private List<String> scenarios = new ArrayList<>();

  @Option(
      names = "--budget",
      paramLabel = "RATE",
      description =
          "The highest rate of harm that the next stage accepts; ${DEFAULT-VALUE} if not given.")
  private double budget = 0.05;

  @Option(
      names = "--risk",
      paramLabel = "RATE",
      description = "How likely a wrong promotion may be; ${DEFAULT-VALUE} if not given.")
  private double risk = 0.01;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Which scopes; ${DEFAULT-VALUE} if not given.")
  private long seed = 1;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the report with its curves to a page.")
  private Optional<Path> html = Optional.empty();

  public SimulateTrustCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var report = play(plan());
    console.out().print(report.toText());
    html.ifPresent(file -> write(file, report));
    console.out().flush();
    return ExitCode.DONE;
  }

  private Plan plan() {
    try {
      return new Plan(
          scenarios.isEmpty()
              ? List.of(Scenario.values())
              : scenarios.stream().map(SimulateTrustCommand::scenario).toList(),
          scopes,
          budget,
          risk,
          seed,
          Runtime.getRuntime().availableProcessors());
    } catch (IllegalArgumentException notPlayable) {
      throw new CommandFailure.NotUsable(
          String.valueOf(notPlayable.getMessage()), "`countersign trust simulate --help`");
    }
  }

  private static Scenario scenario(String name) {
    return Scenario.parse(name)
        .orElseThrow(() ->
            new CommandFailure.NotUsable(
                "there is no scenario `" + name + "`",
                "one of "
                    + Arrays.stream(Scenario.values())
                        .map(Scenario::word)
                        .collect(Collectors.joining(", "))));
  }

  private LaboratoryReport play(Plan plan) {
    long all = (long) plan.scopes() * plan.scenarios().size();
    try (var progress = console.progress("simulate", all)) {
      return new Laboratory()
          .play(
              plan,
              (scenario, played, _) ->
                  progress.at((long) plan.scopes() * plan.scenarios().indexOf(scenario) + played));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CommandFailure.Interrupted("the same command starts again");
    }
  }

  private void write(Path file, LaboratoryReport report) {
    try {
      Files.writeString(file, LaboratoryPage.of(report));
      console.out().println("the report with its curves is in " + file);
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`%s` can't be written: %s".formatted(file, e.getMessage()), "name another file");
    }
  }
}
