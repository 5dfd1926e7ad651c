package dev.countersign.events.usecase;

import dev.countersign.events.ReceiverHealth;
import dev.countersign.events.Webhook;
import dev.countersign.events.store.ProgressStore;
import dev.countersign.events.store.ProgressStore.Progress;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransaction;

/// A webhook as it is shown: what people made it, how far it has come, and how its receiver does.
final class WebhookView {
  private WebhookView() {}

  static JsonObject of(TenantTransaction transaction, Webhook webhook) {
    return of(webhook, ProgressStore.read(transaction, webhook.id()));
  }

  private static JsonObject of(Webhook webhook, Progress progress) {
    return webhook
        .json()
        .with("next_index", Json.of(progress.nextIndex()))
        .with("receiver", receiver(progress.health()));
  }

  private static JsonObject receiver(ReceiverHealth health) {
    return Json.object()
        .put("state", health.failing() ? "failing" : "good")
        .put("failures", health.failures())
        .put("failing_since", health.failingSince().map(time -> Json.of(time.toString())))
        .put("retry_at", health.retryAt().map(time -> Json.of(time.toString())))
        .build();
  }
}
