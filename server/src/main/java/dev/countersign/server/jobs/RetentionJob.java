package dev.countersign.server.jobs;

import dev.countersign.ledger.usecase.Retention;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Drops the content of decisions whose day has come and makes room for that of the coming days: at
/// the start and every hour.
@Singleton
public final class RetentionJob implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RetentionJob.class);
  private static final Duration PERIOD = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Retention retention;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("countersign-retention").factory());

  RetentionJob(Retention retention) {
    this.retention = retention;
  }

  public void start() {
    var _ = timer.scheduleWithFixedDelay(this::round, 0, PERIOD.toSeconds(), TimeUnit.SECONDS);
  }

  /// Never throws: a round that fails is tried again by the next one. Until then content is kept a
  /// little longer.
  private void round() {
    try {
      for (var day : retention.maintain()) {
        LOG.infof("the content of decisions that expired on %s was dropped", day);
      }
    } catch (RuntimeException e) {
      LOG.warnf("expired content waits for the next round: %s", e.getMessage());
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
