package dev.countersign.events.usecase;

import dev.countersign.events.Webhook;
import dev.countersign.events.sending.PinnedPost;
import dev.countersign.events.store.ProgressStore;
import dev.countersign.events.store.WebhookStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import java.util.Optional;
import java.util.UUID;

/// A person sends events elsewhere, or others of them, or pauses, or goes on.
public final class ChangeWebhook {
  /// The action of its entry.
  public static final String ACTION = "webhook.changed";

  private final Ledger ledger;
  private final PinnedPost post;

  public ChangeWebhook(Ledger ledger, PinnedPost post) {
    this.ledger = ledger;
    this.post = post;
  }

  /// The answer is the webhook as it is now. Its receiver gets another chance at once.
  public Recorded change(Call call, UUID id, WebhookRequest request) {
    request.url().ifPresent(url -> Receivers.require(post, url));
    return ledger.transact(
        call,
        new Attempt(ACTION, "webhook", id.toString(), Optional.of(id)),
        Rules.APPLY,
        transaction -> change(transaction, id, request));
  }

  private static JsonObject change(LedgerTransaction transaction, UUID id, WebhookRequest request) {
    var before =
        WebhookStore.lock(transaction.tenant(), id)
            .orElseThrow(() -> new Refusal.NotFound("webhook", id.toString()));
    Receivers.requireReader(transaction.principal());
    var after =
        new Webhook(
            id,
            request.url().orElse(before.url()),
            request.actions().orElse(before.actions()),
            request.description().orElse(before.description()),
            request.state().orElse(before.state()),
            before.createdBy(),
            before.createdAt());
    WebhookStore.change(transaction.tenant(), after);
    ProgressStore.hurry(transaction.tenant(), id, transaction.now());
    transaction.record(ACTION, "webhook", id.toString(), id, after.recorded());
    return WebhookView.of(transaction.tenant(), after);
  }
}
