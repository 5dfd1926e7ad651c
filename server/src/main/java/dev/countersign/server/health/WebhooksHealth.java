package dev.countersign.server.health;

import dev.countersign.events.usecase.DeliverWebhooks;
import dev.countersign.events.usecase.LiveFeed;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Says how many receivers are away and how many listen. Ready whatever they do: somebody else's
/// server that is down must not take this one out of service.
@Readiness
@Singleton
final class WebhooksHealth implements HealthCheck {
  private final DeliverWebhooks deliver;
  private final LiveFeed feed;

  WebhooksHealth(DeliverWebhooks deliver, LiveFeed feed) {
    this.deliver = deliver;
    this.feed = feed;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("webhooks")
        .up()
        .withData("failing", deliver.failing())
        .withData("streams", feed.followers())
        .build();
  }
}
