package dev.countersign.events.usecase;

import dev.countersign.events.Delivery;
import dev.countersign.events.DeliveryState;
import dev.countersign.events.store.DeliveryStore;
import dev.countersign.events.store.WebhookStore;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.util.Optional;
import java.util.UUID;

/// Shows webhooks and what became of their events.
public final class ShowWebhooks {
  private final TenantTransactions transactions;

  public ShowWebhooks(TenantTransactions transactions) {
    this.transactions = transactions;
  }

  /// A page, newest first.
  ///
  /// @param before the id that the page before ended with
  public JsonObject list(Principal principal, Optional<UUID> before, int limit) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var found = WebhookStore.page(transaction, before, limit + 1);
          var page = found.subList(0, Math.min(limit, found.size()));
          var answer =
              Json.object()
                  .put(
                      "webhooks",
                      Json.array(
                          page.stream()
                              .map(webhook -> WebhookView.of(transaction, webhook))
                              .toList()));
          if (found.size() > limit) {
            answer.put("next_cursor", page.getLast().id().toString());
          }
          return answer.build();
        });
  }

  public JsonObject one(Principal principal, UUID id) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            WebhookStore.read(transaction, id)
                .map(webhook -> WebhookView.of(transaction, webhook))
                .orElseThrow(() -> new Refusal.NotFound("webhook", id.toString())));
  }

  /// A page of the delivery log, newest first.
  ///
  /// @param before the index that the page before ended with
  public JsonObject deliveries(
      Principal principal,
      UUID id,
      Optional<DeliveryState> state,
      Optional<Long> before,
      int limit) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          if (WebhookStore.read(transaction, id).isEmpty()) {
            throw new Refusal.NotFound("webhook", id.toString());
          }
          var found = DeliveryStore.page(transaction, id, state, before, limit + 1);
          var page = found.subList(0, Math.min(limit, found.size()));
          var answer =
              Json.object()
                  .put("deliveries", Json.array(page.stream().map(Delivery::json).toList()));
          if (found.size() > limit) {
            answer.put("next_cursor", Long.toString(page.getLast().logIndex()));
          }
          return answer.build();
        });
  }
}
