package dev.countersign.server.jobs;

import dev.countersign.trust.usecase.MaintainPredictors;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Trains models that people asked for within seconds, and looks each minute for what else is due.
@Singleton
public final class PredictorsJob implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PredictorsJob.class);
  private static final Duration PERIOD = Duration.ofSeconds(3);

  /// Of so many rounds one looks at every tenant in which anything happened.
  private static final int ALL_IN = 20;

  private final MaintainPredictors predictors;
  private final Rounds rounds = new Rounds("predictors", "models wait for the next round");
  private int done;

  PredictorsJob(MaintainPredictors predictors) {
    this.predictors = predictors;
  }

  public void start() {
    rounds.every(PERIOD, this::round);
  }

  private void round() {
    var round = done++ % ALL_IN == 0 ? predictors.all() : predictors.asked();
    if (round.failed() > 0) {
      LOG.warnf("the models of %d tenants wait for the next round", round.failed());
    }
  }

  /// A training that is cut off is done again.
  @Override
  public void close() {
    rounds.close();
  }
}
