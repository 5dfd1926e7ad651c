package dev.countersign.server.jobs;

import dev.countersign.ledger.usecase.Retention;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Drops the content of decisions whose day has come and makes room for that of the coming days: at
/// the start and every hour. If a round fails content is kept a little longer.
@Singleton
public final class RetentionJob implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RetentionJob.class);
  private static final Duration PERIOD = Duration.ofHours(1);

  private final Retention retention;
  private final Rounds rounds = new Rounds("retention", "expired content waits for the next round");

  RetentionJob(Retention retention) {
    this.retention = retention;
  }

  public void start() {
    rounds.atOnceAndEvery(PERIOD, this::round);
  }

  private void round() {
    for (var day : retention.maintain()) {
      LOG.infof("the content of decisions that expired on %s was dropped", day);
    }
  }

  @Override
  public void close() {
    rounds.close();
  }
}
