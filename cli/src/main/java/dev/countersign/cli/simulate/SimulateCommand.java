package dev.countersign.cli.simulate;

import dev.countersign.cli.api.ServerOptions;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.cli.console.Pace;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign simulate`.
@Command(
    name = "simulate",
    description = "Have made-up cases of a scenario pack proposed, decided and observed.",
    footer = {
      "",
      "An agent, some reviewers and an observer act through the API as real ones would. The same",
      "seed makes the same cases and people. Ctrl-C stops it; the same command goes on where it",
      "was. Meant for a demo tenant that has the pack.",
      "",
      "Examples:",
      "  countersign simulate pharmacy-refill --cases 200 --seed 1",
      "  countersign simulate insurance-claim --cases 1000 --seed 2 --speed 3600"
    })
public final class SimulateCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final UnaryOperator<Path> shipped;
  private final RandomGenerator random;

  @Parameters(
      paramLabel = "PACK",
      description = "The pack; its model is packs/simulation/PACK.yaml. Or a file with a model.")
  private Path pack = Path.of("");

  @Option(
      names = "--cases",
      paramLabel = "N",
      description = "How many; ${DEFAULT-VALUE} if not given.")
  private long cases = 100;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Which ones; ${DEFAULT-VALUE} if not given.")
  private long seed = 1;

  @Option(
      names = "--speed",
      paramLabel = "TIMES",
      description = "How many simulated seconds pass in one; as fast as possible if not given.")
  private Optional<Double> speed = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many cases live at once; ${DEFAULT-VALUE} if not given.")
  private int threads = Simulation.Order.DEFAULT_THREADS;

  @Mixin private final ServerOptions options = new ServerOptions();

  /// @param shipped finds a model among those that ship, if it is not where it was named
  public SimulateCommand(Console console, UnaryOperator<Path> shipped, RandomGenerator random) {
    this.console = console;
    this.shipped = shipped;
    this.random = random;
  }

  @Override
  public Integer call() {
    var order = new Simulation.Order(cases, seed, threads, new Pace(speed));
    var model = ModelReader.read(shipped.apply(pack));
    var tally = new Tally();
    try {
      new Simulation(options.server(), random, console).run(model, order, tally);
    } finally {
      // Also of what was done before it was stopped.
      if (tally.begun()) {
        console.out().print(model.title() + ", seed " + seed + ": " + tally.text());
        console.out().flush();
      }
    }
    return ExitCode.DONE;
  }
}
