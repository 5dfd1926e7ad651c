package dev.countersign.server.health;

import dev.countersign.events.usecase.DeliverWebhooks;
import dev.countersign.events.usecase.LiveFeed;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// What is told to others, at `/metrics`; no label names a tenant or a receiver.
@Singleton
final class EventFigures {

  void register(
      @Observes StartupEvent event,
      MeterRegistry registry,
      DeliverWebhooks deliver,
      LiveFeed feed) {
    FunctionCounter.builder(
            "countersign_webhook_events_delivered", deliver, DeliverWebhooks::delivered)
        .description("events that receivers took from this node")
        .register(registry);
    FunctionCounter.builder("countersign_webhook_attempts_failed", deliver, DeliverWebhooks::failed)
        .description("attempts of this node to deliver an event that were in vain")
        .register(registry);
    FunctionCounter.builder("countersign_webhook_dead_letters", deliver, DeliverWebhooks::dead)
        .description("events that this node gave up")
        .register(registry);
    Gauge.builder("countersign_webhooks_failing", deliver, DeliverWebhooks::failing)
        .description("active webhooks of all tenants whose receivers are away")
        .register(registry);
    Gauge.builder("countersign_event_streams", feed, LiveFeed::followers)
        .description("connections on this node that listen to what is recorded")
        .register(registry);
  }
}
