package dev.countersign.server.jobs;

import dev.countersign.trust.usecase.JudgeActiveTenants;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Judges the hours that are over, once a minute.
@Singleton
public final class HoursJob implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(HoursJob.class);
  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final JudgeActiveTenants work;
  private final Rounds rounds = new Rounds("hours", "hours wait for the next round");

  HoursJob(JudgeActiveTenants work) {
    this.work = work;
  }

  public void start() {
    rounds.every(PERIOD, this::round);
  }

  private void round() {
    JudgeActiveTenants.Round round;
    do {
      round = work.round();
      if (round.failed() > 0) {
        LOG.warnf("hours of %d tenants could not be judged and wait", round.failed());
      }
    } while (round.full() && round.failed() == 0 && !rounds.ending());
  }

  @Override
  public void close() {
    rounds.close();
  }
}
