package dev.countersign.cli.replay;

import dev.countersign.cli.api.Api;
import dev.countersign.cli.api.Server;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/// Drives a log through a server, and reads back what came of it.
///
/// Decisions and outcomes are asked for one by one in the order of their time, because trust
/// follows the order of the server's log. Cases are opened and proposed by several threads a little
/// ahead of that: no trust depends on which of two cases is opened first.
///
/// A run that is stopped anywhere and started again ends with the same [Totals], and does nothing
/// twice; see [CaseReplay].
public final class Replay {
  /// How many events ahead of the decisions cases may be opened: enough to keep the threads busy,
  /// and an hour or so of a real log.
  private static final int LOOK_AHEAD = 64;

  /// Who reads the trust scopes and the export.
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
  public record Order(Path log, Path mapping, int limit, int threads) {
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
      return new Order(log, mapping, Integer.MAX_VALUE, DEFAULT_THREADS);
    }
  }

  /// Runs the replay to its end; throws [CommandFailure].
  public Report run(Order order) {
    var mapping = MappingReader.read(order.mapping());
    var log = CaseLog.read(order.log(), mapping, order.limit());
    mapping.keys().forEach(server::key);
    server.key(READER);
    long started = System.nanoTime();
    try (var reading = new Api(server.url(), random, _ -> {})) {
      reading.requireServer();
      var totals = drive(log, mapping, order.threads());
      var elapsed = Duration.ofNanos(System.nanoTime() - started);
      return new ReadBack(reading, server.key(READER)).report(log.name(), mapping, totals, elapsed);
    }
  }

  private Totals drive(CaseLog log, Mapping mapping, int threads) {
    var timeLine = TimeLine.of(log.cases());
    var pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    try (var progress = console.progress("replay", timeLine.events().size());
        var api = new Api(server.url(), random, progress::note)) {
      var cases = new CaseReplay(api, server, mapping, new Idempotency(log.name()));
      return new Run(cases, pool, progress).through(timeLine.events());
    } finally {
      pool.shutdownNow();
    }
  }

  /// A case that is opened and, if a person decides it, proposed.
  private record Begun(CaseReplay.Opened opened, Step step) {}

  /// One run along a time line.
  private static final class Run {
    private final CaseReplay cases;
    private final ExecutorService pool;
    private final Progress progress;
    private final Map<String, Future<Begun>> begun = new HashMap<>();
    private final Totals.Count count = new Totals.Count();

    Run(CaseReplay cases, ExecutorService pool, Progress progress) {
      this.cases = cases;
      this.pool = pool;
      this.progress = progress;
    }

    Totals through(List<Event> events) {
      int ahead = 0;
      for (int at = 0; at < events.size(); at++) {
        for (; ahead < Math.min(events.size(), at + LOOK_AHEAD); ahead++) {
          begin(events.get(ahead));
        }
        happen(events.get(at));
        progress.at(at + 1L);
      }
      return count.totals();
    }

    private void begin(Event event) {
      if (event instanceof Event.Submitted(var subject)) {
        begun.put(subject.reference(), pool.submit(() -> begin(subject)));
      }
    }

    private Begun begin(LoggedCase subject) {
      var opened = cases.open(subject);
      // A case that no person decided is only opened.
      return new Begun(
          opened,
          subject.decision().isPresent() ? cases.begin(subject, opened) : new Step.Propose(0));
    }

    private void happen(Event event) {
      var subject = event.subject();
      switch (event) {
        case Event.Submitted _ -> {
          done(subject);
          count.opened();
          if (subject.decision().isEmpty()) {
            begun.remove(subject.reference());
          }
        }
        case Event.Decided(_, var decision) -> {
          var ready = done(subject);
          count.ended(cases.finish(subject, decision, ready.opened(), ready.step()));
          begun.remove(subject.reference());
        }
      }
    }

    private Begun done(LoggedCase subject) {
      var future = begun.get(subject.reference());
      if (future == null) {
        throw new IllegalStateException("a submission stands before its decision");
      }
      try {
        return future.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailure.Interrupted("run the same command again; it goes on where it was");
      }
    }
  }
}
