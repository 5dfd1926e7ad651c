package dev.countersign.cli.simulate;

import dev.countersign.cli.api.Api;
import dev.countersign.cli.api.Server;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/// Drives made-up cases through a server, several at once, in the order in which they come in.
final class Simulation {
  // So many cases are handed out ahead of those that are done.
  private static final int AHEAD = 64;

  private final Server server;
  private final RandomGenerator random;
  private final Console console;

  /// @param random for the jitter of repetitions only; what is made up comes from the seed
  Simulation(Server server, RandomGenerator random, Console console) {
    this.server = server;
    this.random = random;
    this.console = console;
  }

  /// What is asked for.
  ///
  /// @param threads that live through cases at once; what is made up does not depend on it
  record Order(long cases, long seed, int threads, Pace pace) {
    static final int DEFAULT_THREADS = 4;
    private static final long MOST_CASES = 1_000_000;
    private static final int MOST_THREADS = 64;

    Order {
      if (cases < 1 || cases > MOST_CASES) {
        throw new CommandFailure.NotUsable(
            "`--cases` must be 1 to 1000000", "a hundred show something");
      }
      if (threads < 1 || threads > MOST_THREADS) {
        throw new CommandFailure.NotUsable(
            "`--threads` must be 1 to " + MOST_THREADS, "the default is " + DEFAULT_THREADS);
      }
    }
  }

  /// Counts into `tally`, also if it is stopped.
  void run(PackModel model, Order order, Tally tally) {
    model.keys().forEach(server::key);
    var pool =
        Executors.newFixedThreadPool(order.threads(), Thread.ofPlatform().daemon().factory());
    try (var progress = console.progress("simulate", order.cases());
        var api = new Api(server.url(), random, progress::note)) {
      api.requireServer();
      var life = new CaseLife(api, server, model, order.seed(), tally);
      var under = new ArrayList<Future<?>>();
      for (long index = 0; index < order.cases(); index++) {
        var subject = model.caseAt(order.seed(), index);
        order.pace().await(subject.at());
        under.add(pool.submit(() -> life.live(subject)));
        if (under.size() >= AHEAD) {
          await(under.removeFirst());
        }
        progress.at(index + 1 - under.size());
      }
      await(under);
      progress.at(order.cases());
    } finally {
      pool.shutdownNow();
    }
  }

  private static void await(List<Future<?>> under) {
    under.forEach(Simulation::await);
  }

  private static void await(Future<?> future) {
    try {
      future.get();
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
