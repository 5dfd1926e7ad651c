package dev.countersign.server.jobs;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Does a job's work again and again, on a thread of its own, with a pause after each round. MUST
/// be closed.
///
/// A round that fails is said in the log and stops nothing: the next one finds the same work.
final class Rounds implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Rounds.class);

  /// What is being committed at the end gets so long.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String what;
  private final ScheduledExecutorService timer;

  /// @param name of the thread
  /// @param what waits when a round fails, in words for the log
  Rounds(String name, String what) {
    this.what = what;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("countersign-" + name).factory());
  }

  /// Begins after one pause.
  void every(Duration pause, Runnable round) {
    schedule(pause, pause, round);
  }

  /// Begins at once.
  void atOnceAndEvery(Duration pause, Runnable round) {
    schedule(Duration.ZERO, pause, round);
  }

  private void schedule(Duration first, Duration pause, Runnable round) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> tried(round), first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Does work that must not be lost for a failure either, such as that of the end.
  void tried(Runnable round) {
    try {
      round.run();
    } catch (RuntimeException e) {
      LOG.warnf("%s: %s", what, e.getMessage());
    }
  }

  /// Whether a round that goes on and on has to end.
  boolean ending() {
    return timer.isShutdown();
  }

  /// Ends after the round that is running, or cuts it off if that takes too long.
  @Override
  public void close() {
    timer.shutdown();
    try {
      if (!timer.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        timer.shutdownNow();
      }
    } catch (InterruptedException e) {
      timer.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
