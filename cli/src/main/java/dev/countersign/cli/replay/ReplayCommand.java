package dev.countersign.cli.replay;

import dev.countersign.cli.api.Server;
import dev.countersign.cli.api.ServerOptions;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.cli.console.OutputFile;
import dev.countersign.cli.ledger.DatabaseCheck;
import dev.countersign.cli.ledger.DownloadedLog;
import dev.countersign.cli.ledger.LedgerState;
import java.io.IOException;
import java.nio.file.Files;
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
      "he did and reports what came of it, in the order of time. Ctrl-C pauses it; run it again and",
      "it goes on where it was, by a state file beside the log. Meant for a demo tenant. What a",
      "mapping may say is in docs/replay.md.",
      "",
      "Examples:",
      "  countersign replay sample-applications.csv --map loan-applications.yaml",
      "  countersign replay log.csv --map loan-applications.yaml --data-dir ./demo --limit 500",
      "  countersign replay log.xes.gz --map tickets.yaml --html report.html --speed 86400"
    })
public final class ReplayCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final UnaryOperator<Path> shipped;
  private final RandomGenerator random;

  @Parameters(
      paramLabel = "FILE",
      description = "The log: CSV with a header, or XES; may be in a .gz.")
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

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "Where to keep how far it is; beside the log if not given.")
  private Optional<Path> state = Optional.empty();

  @Option(
      names = "--speed",
      paramLabel = "TIMES",
      description = "How many seconds of the log pass in one; as fast as possible if not given.")
  private Optional<Double> speed = Optional.empty();

  @Option(names = "--html", paramLabel = "FILE", description = "Write the report with charts.")
  private Optional<Path> html = Optional.empty();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report for programs.")
  private Optional<Path> json = Optional.empty();

  /// @param shipped finds a file among those that ship, if it is not where it was named
  public ReplayCommand(Console console, UnaryOperator<Path> shipped, RandomGenerator random) {
    this.console = console;
    this.shipped = shipped;
    this.random = random;
  }

  @Override
  public Integer call() {
    var order =
        new Replay.Order(shipped.apply(file), shipped.apply(mapping), limit, threads, state, speed);
    html.ifPresent(OutputFile::require);
    json.ifPresent(OutputFile::require);
    state.ifPresent(OutputFile::require);
    var server = options.server();
    var report = new Replay(server, random, console).run(order);
    // First: a disk that is full by now takes nothing of it away.
    console.out().print(report.text());
    console.out().flush();
    html.ifPresent(path -> write(path, HtmlReport.of(report)));
    json.ifPresent(path -> write(path, report.json() + "\n"));
    var state = check(server);
    console.out().println("fsck: " + state.line());
    return state.sound() ? ExitCode.DONE : ExitCode.SOMETHING_WRONG;
  }

  private static void write(Path path, String text) {
    try {
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "the report cannot be written to `" + path + "`: " + e.getMessage(),
          "the replay is done; run it again with another place, it changes nothing",
          e);
    }
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
