package dev.countersign.server.jobs;

import dev.countersign.identity.usecase.RecordFailedAttempts;
import dev.countersign.identity.usecase.RecordKeyUsage;
import dev.countersign.server.demo.FirstKey;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Writes down every few seconds how often keys were used, and after each minute where keys failed.
@Singleton
public final class KeysJob implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(KeysJob.class);

  /// So old may a count be that somebody looks at; so much is lost if the node dies.
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RecordKeyUsage usage;
  private final RecordFailedAttempts failures;
  private final FirstKey platform;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("countersign-keys").factory());

  KeysJob(RecordKeyUsage usage, RecordFailedAttempts failures, FirstKey platform, Clock clock) {
    this.usage = usage;
    this.failures = failures;
    this.platform = platform;
    this.clock = clock;
  }

  public void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::round, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Never throws: what was not written is kept for the next round.
  private void round() {
    tried(() -> {
      usage.flush();
      failures.write(clock.instant(), platform.tenant());
    });
  }

  private void last() {
    tried(() -> {
      usage.flush();
      failures.leave(clock.instant(), platform.tenant());
    });
  }

  private static void tried(Runnable writing) {
    try {
      writing.run();
    } catch (RuntimeException e) {
      LOG.warnf("the use of keys is written down later: %s", e.getMessage());
    }
  }

  /// Writes down what is left, of the running minute, too.
  @Override
  public void close() {
    timer.shutdown();
    try {
      if (!timer.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        timer.shutdownNow();
      }
      last();
    } catch (InterruptedException e) {
      timer.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
