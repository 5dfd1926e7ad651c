package dev.countersign.cli.replay;

import dev.countersign.cli.api.Api;
import dev.countersign.cli.api.Server;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.Pace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/// Drives a log through a server, and reads back what came of it.
///
/// Decisions and outcomes are asked for one by one in the order of their time, because trust
/// follows the order of the server's log. Cases are opened and proposed by several threads a little
/// ahead of that: no trust depends on which of two cases is opened first.
///
/// A run that is stopped anywhere and started again ends with the same [Totals], and does nothing
/// twice; see [CaseReplay]. [ReplayState] spares it to ask for what is done.
public final class Replay {

  /// Who reads the export.
  static final String READER = "auditor";

  private final Server server;
  private final RandomGenerator random;
  private final Console console;

  /// @param random for the jitter of repetitions only
  public Replay(Server server, RandomGenerator random, Console console) {
    this.server = server;
    this.random = random;
    this.console = console;
  }

  /// What is asked for.
  ///
  /// @param limit of cases, the first ones of the file
  /// @param threads that open cases at once
  /// @param state where to keep how far it is; beside the log if not given
  /// @param speed in times of the log's own; as fast as possible if not given
  public record Order(
      Path log,
      Path mapping,
      int limit,
      int threads,
      Optional<Path> state,
      Optional<Double> speed) {
    public static final int DEFAULT_THREADS = 8;
    public static final int MOST_THREADS = 64;

    public Order {
      if (limit < 1) {
        throw new CommandFailure.NotUsable("`--limit` must be at least 1", "leave it away for all");
      }
      if (threads < 1 || threads > MOST_THREADS) {
        throw new CommandFailure.NotUsable(
            "`--threads` must be 1 to " + MOST_THREADS, "the default is " + DEFAULT_THREADS);
      }
    }

    /// The whole log, as fast as usual.
    public static Order of(Path log, Path mapping) {
      return new Order(
          log, mapping, Integer.MAX_VALUE, DEFAULT_THREADS, Optional.empty(), Optional.empty());
    }
  }

  /// Runs the replay to its end; throws [CommandFailure].
  public Report run(Order order) {
    var pace = new Pace(order.speed());
    var mapping = MappingReader.read(order.mapping());
    var log = CaseLog.read(order.log(), mapping, order.limit());
    mapping.keys().forEach(server::key);
    server.key(READER);
    var run =
        new ReplayState.Run(
            log.digest().hex(), mapping.digest().hex(), order.limit(), server.tenantId());
    var keeper = new StateKeeper(file(order), run, console);
    long started = System.nanoTime();
    try (var reading = new Api(server.url(), random, _ -> {})) {
      reading.requireServer();
      // As the observer: he reports more often than this asks, so his limit is enough for both.
      var back = new ReadBack(reading, server.key(mapping.parts().observer()));
      var timeLine = TimeLine.of(log.cases());
      keeper.requireFits(timeLine.events());
      var totals = drive(mapping, timeLine, order.threads(), pace, keeper, back);
      var elapsed = Duration.ofNanos(System.nanoTime() - started);
      var findings = Findings.of(timeLine, keeper.state(), mapping.groups());
      var report = back.report(log.name(), mapping, totals, findings, elapsed);
      keeper.finished();
      return report;
    }
  }

  /// Empty where nothing can be written beside the log, and nobody named another place.
  private Optional<Path> file(Order order) {
    if (order.state().isPresent()) {
      return order.state();
    }
    var log = order.log().toAbsolutePath();
    var beside = log.resolveSibling(log.getFileName() + ".replay-state");
    var folder = beside.getParent();
    if (Files.exists(beside) || (folder != null && Files.isWritable(folder))) {
      return Optional.of(beside);
    }
    console.err().println("no state is kept, since nothing can be written beside the log: --state");
    return Optional.empty();
  }

  private Totals drive(
      Mapping mapping,
      TimeLine timeLine,
      int threads,
      Pace pace,
      StateKeeper keeper,
      ReadBack back) {
    var pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    try (var progress = console.progress("replay", timeLine.events().size());
        var api = new Api(server.url(), random, progress::note)) {
      var cases = new CaseReplay(api, server, mapping, new Idempotency(mapping.workflow()));
      var course =
          new Course(cases, pool, progress, pace, keeper, () -> back.scope(mapping.action()));
      return course.through(timeLine.events());
    } finally {
      pool.shutdownNow();
      keeper.save();
    }
  }
}
