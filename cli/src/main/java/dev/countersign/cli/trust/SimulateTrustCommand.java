package dev.countersign.cli.trust;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.cli.console.OutputFile;
import dev.countersign.cli.console.Progress;
import dev.countersign.trust.laboratory.Laboratory;
import dev.countersign.trust.laboratory.LaboratoryReport;
import dev.countersign.trust.laboratory.Plan;
import dev.countersign.trust.laboratory.Scenario;
import dev.countersign.trust.laboratory.ladder.LadderLaboratory;
import dev.countersign.trust.laboratory.ladder.LadderPlan;
import dev.countersign.trust.laboratory.ladder.LadderReport;
import dev.countersign.trust.laboratory.ladder.LadderScenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `countersign trust simulate`.
@Command(
    name = "simulate",
    description =
        "Play made-up scopes through the rules of promotion and demotion: one step beside four usual heuristics, and all steps.",
    footer = {
      "",
      "Each scenario makes up scopes whose harm follows a story. Those of one step let each rule decide",
      "when a scope runs by itself; those called rate_... and ladder_... let scopes live through all four",
      "steps, up and down, at the usual budgets. Of the scopes that a promotion would be wrong for, one",
      "in a hundred at most may be promoted, over all steps and attempts. The rules of production itself",
      "play a few of the same scopes. The same seed gives the same report, whatever the threads.",
      "Nothing is asked of a server.",
      "",
      "Examples:",
      "  countersign trust simulate --scopes 2000 --html trust.html",
      "  countersign trust simulate --scenario sleeper --scenario drift --budget 0.02",
      "  countersign trust simulate --scenario rate_1 --scenario ladder_climber --scopes 500"
    })
public final class SimulateTrustCommand extends Help implements Callable<Integer> {

  /// Scopes of each scenario of all steps that production itself plays: a second or two each.
  private static final int FOLDED = 1;

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
          "The highest rate of harm that the stage of the one step accepts; ${DEFAULT-VALUE} if not given.")
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
    var step = stepPlan();
    var ladder = ladderPlan();
    html.ifPresent(OutputFile::require);
    var stepReport = Optional.<LaboratoryReport>empty();
    var ladderReport = Optional.<LadderReport>empty();
    long first = step.map(plan -> (long) plan.scopes() * plan.scenarios().size()).orElse(0L);
    long all = first + ladder.map(LadderPlan::allScopes).orElse(0L);
    try (var progress = console.progress("simulate", all)) {
      if (step.isPresent()) {
        stepReport = Optional.of(play(step.get(), progress));
      }
      if (ladder.isPresent()) {
        ladderReport = Optional.of(play(ladder.get(), progress, first));
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CommandFailure.Interrupted("the same command starts again");
    }
    stepReport.ifPresent(report -> console.out().print(report.toText()));
    if (stepReport.isPresent() && ladderReport.isPresent()) {
      console.out().println();
    }
    ladderReport.ifPresent(report -> console.out().print(report.toText()));
    var page = LaboratoryPage.of(stepReport, ladderReport);
    html.ifPresent(file -> write(file, page));
    console.out().flush();
    return ExitCode.DONE;
  }

  /// Of one step, unless only others are named.
  private Optional<Plan> stepPlan() {
    var named = scenarios.stream().flatMap(name -> Scenario.parse(name).stream()).toList();
    checkNames();
    return named.isEmpty() && !scenarios.isEmpty()
        ? Optional.empty()
        : Optional.of(
            checked(() ->
                new Plan(
                    named.isEmpty() ? List.of(Scenario.values()) : named,
                    scopes,
                    budget,
                    risk,
                    seed,
                    threads())));
  }

  /// Of all steps, unless only others are named.
  private Optional<LadderPlan> ladderPlan() {
    var named = scenarios.stream().flatMap(name -> LadderScenario.parse(name).stream()).toList();
    return named.isEmpty() && !scenarios.isEmpty()
        ? Optional.empty()
        : Optional.of(
            checked(() ->
                new LadderPlan(
                    named.isEmpty() ? LadderScenario.all() : named,
                    scopes,
                    FOLDED,
                    LadderPlan.usual(risk),
                    seed,
                    threads())));
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static <T> T checked(Supplier<T> plan) {
    try {
      return plan.get();
    } catch (IllegalArgumentException notPlayable) {
      throw new CommandFailure.NotUsable(
          String.valueOf(notPlayable.getMessage()), "`countersign trust simulate --help`");
    }
  }

  private void checkNames() {
    var known =
        Stream.concat(
                Arrays.stream(Scenario.values()).map(Scenario::word),
                LadderScenario.all().stream().map(LadderScenario::word))
            .toList();
    for (var name : scenarios) {
      if (!known.contains(name)) {
        throw new CommandFailure.NotUsable(
            "there is no scenario `" + name + "`", "one of " + String.join(", ", known));
      }
    }
  }

  private static LaboratoryReport play(Plan plan, Progress progress) throws InterruptedException {
    return new Laboratory()
        .play(
            plan,
            (scenario, played, _) ->
                progress.at((long) plan.scopes() * plan.scenarios().indexOf(scenario) + played));
  }

  private static LadderReport play(LadderPlan plan, Progress progress, long before)
      throws InterruptedException {
    return new LadderLaboratory()
        .play(
            plan,
            (scenario, played, _) -> {
              long earlier = before;
              for (var one : plan.scenarios().subList(0, plan.scenarios().indexOf(scenario))) {
                earlier += plan.scopesOf(one);
              }
              progress.at(earlier + played);
            });
  }

  private void write(Path file, String page) {
    try {
      Files.writeString(file, page);
      console.out().println("the report with its curves is in " + file);
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`%s` can't be written: %s".formatted(file, e.getMessage()), "name another file");
    }
  }
}
