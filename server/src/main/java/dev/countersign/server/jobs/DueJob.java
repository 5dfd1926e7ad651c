package dev.countersign.server.jobs;

import dev.countersign.workflow.usecase.WorkOffDue;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Executes what a crash left behind and ends what nobody decided, four times a second.
@Singleton
public final class DueJob implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DueJob.class);
  private static final Duration PERIOD = Duration.ofMillis(250);

  private final WorkOffDue work;
  private final Rounds rounds = new Rounds("due", "due work waits for the next round");

  DueJob(WorkOffDue work) {
    this.work = work;
  }

  public void start() {
    rounds.every(PERIOD, this::round);
  }

  private void round() {
    WorkOffDue.Round round;
    do {
      round = work.round();
      if (round.failed() > 0) {
        LOG.warnf("%d due things could not be worked off and stay due", round.failed());
      }
      // A full round means that more is waiting; if all of it failed, it has to wait.
    } while (round.full() && round.done() > 0 && !rounds.ending());
  }

  @Override
  public void close() {
    rounds.close();
  }
}
