package dev.countersign.cli.replay;

import dev.countersign.cli.api.Server;
import dev.countersign.cli.api.ServerOptions;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.cli.ledger.DatabaseCheck;
import dev.countersign.cli.ledger.DownloadedLog;
import dev.countersign.cli.ledger.LedgerState;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign replay`.
@Command(
    name = "replay",
    description = "Drive a recorded case log through the API and report.",
    footer = {
      "",
      "Opens every case of the log, proposes an action for each that a person decided, decides as",
      "he did and reports what came of it, in the order of time. Run it again after it was",
      "stopped, and it goes on where it was. Meant for a demo tenant.",
      "",
      "Examples:",
      "  countersign replay sample-applications.csv --map loan-applications.yaml",
      "  countersign replay log.csv --map loan-applications.yaml --data-dir ./demo --limit 500"
    })
public final class ReplayCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final UnaryOperator<Path> shipped;
  private final RandomGenerator random;

  @Parameters(paramLabel = "FILE", description = "The log: CSV with a header.")
  private Path file = Path.of("");

  @Option(
      names = "--map",
      required = true,
      paramLabel = "MAPPING",
      description = "What its columns mean; one in packs/replay may be named without its folder.")
  private Path mapping = Path.of("");

  @Mixin private final ServerOptions options = new ServerOptions();

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N cases.")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many cases are opened at once; ${DEFAULT-VALUE} if not given.")
  private int threads = Replay.Order.DEFAULT_THREADS;

  /// @param shipped finds a file among those that ship, if it is not where it was named
  public ReplayCommand(Console console, UnaryOperator<Path> shipped, RandomGenerator random) {
    this.console = console;
    this.shipped = shipped;
    this.random = random;
  }

  @Override
  public Integer call() {
    var order = new Replay.Order(shipped.apply(file), shipped.apply(mapping), limit, threads);
    var server = options.server();
    var report = new Replay(server, random, console).run(order);
    console.out().print(report.text());
    console.out().flush();
    var state = check(server);
    console.out().println("fsck: " + state.line());
    return state.sound() ? ExitCode.DONE : ExitCode.SOMETHING_WRONG;
  }

  /// A check that cannot be made is not a passed one.
  private LedgerState check(Server server) {
    try {
      return options
          .dataDir()
          .map(folder -> new DatabaseCheck(console).embedded(folder, Optional.empty()))
          .orElseGet(() -> new DownloadedLog(server, random, console).check(Replay.READER));
    } catch (CommandFailure.Failed | CommandFailure.NotUsable e) {
      return LedgerState.failed(e.getMessage() + "; " + e.hint());
    }
  }
}
