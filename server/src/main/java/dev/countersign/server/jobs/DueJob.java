package dev.countersign.server.jobs;

import dev.countersign.workflow.usecase.WorkOffDue;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Executes what a crash left behind and ends what nobody decided, twice a second.
@Singleton
public final class DueJob implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DueJob.class);
  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final WorkOffDue work;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("countersign-due").factory());

  DueJob(WorkOffDue work) {
    this.work = work;
  }

  public void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::round, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Never throws: a round that fails is tried again by the next one.
  private void round() {
    try {
      WorkOffDue.Round round;
      do {
        round = work.round();
        if (round.failed() > 0) {
          LOG.warnf("%d due things could not be worked off and stay due", round.failed());
        }
        // A full round means that more is waiting; if all of it failed, it has to wait.
      } while (round.full() && round.done() > 0 && !timer.isShutdown());
    } catch (RuntimeException e) {
      LOG.warnf("due work waits for the next round: %s", e.getMessage());
    }
  }

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
