package dev.countersign.server.jobs;

import dev.countersign.events.usecase.DeliverWebhooks;
import dev.countersign.events.usecase.PruneDeliveries;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Has webhooks told what is new, four times a second, and removes each hour what their delivery
/// log need not keep.
@Singleton
public final class WebhooksJob implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(WebhooksJob.class);
  private static final Duration PERIOD = Duration.ofMillis(250);
  private static final Duration PRUNING = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final DeliverWebhooks deliver;
  private final PruneDeliveries prune;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("countersign-webhooks").factory());

  WebhooksJob(DeliverWebhooks deliver, PruneDeliveries prune) {
    this.deliver = deliver;
    this.prune = prune;
  }

  public void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> tried(deliver::round),
            PERIOD.toMillis(),
            PERIOD.toMillis(),
            TimeUnit.MILLISECONDS);
    var _ =
        timer.scheduleWithFixedDelay(
            () -> tried(prune::round), 0, PRUNING.toSeconds(), TimeUnit.SECONDS);
  }

  /// Never throws: a round that fails is tried again by the next one.
  private static void tried(Runnable round) {
    try {
      round.run();
    } catch (RuntimeException e) {
      LOG.warnf("webhooks wait for the next round: %s", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdown();
    try {
      if (!timer.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        timer.shutdownNow();
      }
      deliver.close();
    } catch (InterruptedException e) {
      timer.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
