package dev.countersign.events.usecase;

import dev.countersign.events.store.WebhookStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.Recorded;
import java.util.Optional;
import java.util.UUID;

/// A person ends a webhook: nothing more is sent, and its address is forgotten at once.
public final class RemoveWebhook {
  /// The action of its entry.
  public static final String ACTION = "webhook.removed";

  private final Ledger ledger;

  public RemoveWebhook(Ledger ledger) {
    this.ledger = ledger;
  }

  /// The answer names it. Its delivery log goes with the next round of [PruneDeliveries].
  public Recorded remove(Call call, UUID id) {
    return ledger.transact(
        call,
        new Attempt(ACTION, "webhook", id.toString(), Optional.of(id)),
        Rules.APPLY,
        transaction -> {
          if (WebhookStore.lock(transaction.tenant(), id).isEmpty()) {
            throw new Refusal.NotFound("webhook", id.toString());
          }
          WebhookStore.remove(transaction.tenant(), id);
          transaction.record(ACTION, "webhook", id.toString(), id, JsonObject.EMPTY);
          return Json.object().put("webhook_id", id.toString()).build();
        });
  }
}
