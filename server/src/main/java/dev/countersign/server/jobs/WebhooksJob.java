package dev.countersign.server.jobs;

import dev.countersign.events.usecase.DeliverWebhooks;
import dev.countersign.events.usecase.PruneDeliveries;
import jakarta.inject.Singleton;
import java.time.Duration;

/// Has webhooks told what is new, four times a second, and removes each hour what their delivery
/// log need not keep.
@Singleton
public final class WebhooksJob implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(250);
  private static final Duration PRUNING = Duration.ofHours(1);

  private final DeliverWebhooks deliver;
  private final PruneDeliveries prune;
  private final Rounds rounds = new Rounds("webhooks", "webhooks wait for the next round");

  WebhooksJob(DeliverWebhooks deliver, PruneDeliveries prune) {
    this.deliver = deliver;
    this.prune = prune;
  }

  public void start() {
    rounds.every(PERIOD, deliver::round);
    rounds.atOnceAndEvery(PRUNING, prune::round);
  }

  @Override
  public void close() {
    rounds.close();
    deliver.close();
  }
}
