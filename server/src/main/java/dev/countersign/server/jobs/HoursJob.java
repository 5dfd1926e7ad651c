package dev.countersign.server.jobs;

import dev.countersign.trust.usecase.JudgeActiveTenants;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Judges the hours that are over, once a minute.
@Singleton
public final class HoursJob implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(HoursJob.class);
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final JudgeActiveTenants work;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("countersign-hours").factory());

  HoursJob(JudgeActiveTenants work) {
    this.work = work;
  }

  public void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::round, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Never throws: what was not judged is found again by the next round.
  private void round() {
    try {
      JudgeActiveTenants.Round round;
      do {
        round = work.round();
        if (round.failed() > 0) {
          LOG.warnf("hours of %d tenants could not be judged and wait", round.failed());
        }
      } while (round.full() && round.failed() == 0 && !timer.isShutdown());
    } catch (RuntimeException e) {
      LOG.warnf("hours wait for the next round: %s", e.getMessage());
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
