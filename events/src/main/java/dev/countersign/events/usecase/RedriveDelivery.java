package dev.countersign.events.usecase;

import dev.countersign.events.DeliveryState;
import dev.countersign.events.store.DeliveryStore;
import dev.countersign.events.store.ProgressStore;
import dev.countersign.events.store.WebhookStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import java.util.Optional;
import java.util.UUID;

/// A person has an event sent again: a dead letter whose receiver was mended, one that he will not
/// wait for, or one that the receiver lost after it took it.
public final class RedriveDelivery {
  /// The action of its entry.
  public static final String ACTION = "webhook.redriven";

  private final Ledger ledger;

  public RedriveDelivery(Ledger ledger) {
    this.ledger = ledger;
  }

  /// The answer is the delivery, which waits again, with all its attempts before it. Later events
  /// of its case may have been delivered meanwhile; `logindex` tells a receiver.
  public Recorded redrive(Call call, UUID webhookId, UUID deliveryId) {
    return ledger.transact(
        call,
        new Attempt(ACTION, "delivery", deliveryId.toString(), Optional.of(webhookId)),
        Rules.APPLY,
        transaction -> redrive(transaction, webhookId, deliveryId));
  }

  private static JsonObject redrive(
      LedgerTransaction transaction, UUID webhookId, UUID deliveryId) {
    var tenant = transaction.tenant();
    if (WebhookStore.lock(tenant, webhookId).isEmpty()) {
      throw new Refusal.NotFound("webhook", webhookId.toString());
    }
    // Before the delivery, as the nodes that deliver do.
    ProgressStore.hurry(tenant, webhookId, transaction.now());
    var delivery =
        DeliveryStore.lock(tenant, webhookId, deliveryId)
            .orElseThrow(() -> new Refusal.NotFound("delivery", deliveryId.toString()));
    if (delivery.state() == DeliveryState.PENDING) {
      throw new Refusal.Conflict("delivery_waits", "the delivery has not been tried yet");
    }
    DeliveryStore.redrive(tenant, webhookId, deliveryId, transaction.now());
    transaction.record(
        ACTION,
        "delivery",
        deliveryId.toString(),
        webhookId,
        Json.object()
            .put("webhook_id", webhookId.toString())
            .put("log_index", delivery.logIndex())
            .put("was", delivery.state().word())
            .build());
    return DeliveryStore.lock(tenant, webhookId, deliveryId).orElseThrow().json();
  }
}
