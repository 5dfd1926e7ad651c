package dev.countersign.server.jobs;

import dev.countersign.trust.usecase.MaintainPredictors;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Trains models that people asked for within seconds, and looks each minute for what else is due.
@Singleton
public final class PredictorsJob implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PredictorsJob.class);
  private static final Duration PERIOD = Duration.ofSeconds(3);

  /// Of so many rounds one looks at every tenant in which anything happened.
  private static final int ALL_IN = 20;

  /// A training takes seconds, and it is done again if it is cut off.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MaintainPredictors predictors;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("countersign-predictors").factory());
  private int rounds;

  PredictorsJob(MaintainPredictors predictors) {
    this.predictors = predictors;
  }

  public void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::round, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Never throws: what failed is looked at by the next round.
  private void round() {
    try {
      var round = rounds++ % ALL_IN == 0 ? predictors.all() : predictors.asked();
      if (round.failed() > 0) {
        LOG.warnf("the models of %d tenants wait for the next round", round.failed());
      }
    } catch (RuntimeException e) {
      LOG.warnf("models wait for the next round: %s", e.getMessage());
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
