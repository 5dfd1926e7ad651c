package dev.countersign.events.usecase;

import dev.countersign.events.ActionFilter;
import dev.countersign.events.Webhook;
import dev.countersign.events.WebhookState;
import dev.countersign.events.sending.PinnedPost;
import dev.countersign.events.store.ProgressStore;
import dev.countersign.events.store.WebhookStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.store.EntryFeed;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;

/// A person has what the log says sent to an address.
public final class CreateWebhook {
  /// The action of its entry.
  public static final String ACTION = "webhook.created";

  /// Of a tenant: each is followed on its own.
  public static final int MOST = 20;

  private final Ledger ledger;
  private final PinnedPost post;

  public CreateWebhook(Ledger ledger, PinnedPost post) {
    this.ledger = ledger;
    this.post = post;
  }

  /// The answer is the webhook. It begins with this very entry unless the request says where.
  public Recorded create(Call call, WebhookRequest request) {
    Receivers.require(post, request.url().orElseThrow());
    return ledger.transact(
        call,
        new Attempt(ACTION, "webhook", ""),
        Rules.APPLY,
        transaction -> create(transaction, request));
  }

  private JsonObject create(LedgerTransaction transaction, WebhookRequest request) {
    Receivers.requireReader(transaction.principal());
    WebhookStore.lockAll(transaction.tenant());
    if (WebhookStore.count(transaction.tenant()) >= MOST) {
      throw new Refusal.Conflict(
          "too_many_webhooks", "a tenant has at most " + MOST + " webhooks; remove one");
    }
    long size = EntryFeed.size(transaction.tenant());
    long from = request.fromIndex().orElse(size);
    if (from > size) {
      throw new Refusal.Invalid(
          "/from_index", "out_of_range", "must not be beyond the end of the log, " + size);
    }
    var webhook =
        new Webhook(
            transaction.newId(),
            request.url().orElseThrow(),
            request.actions().orElse(ActionFilter.ALL),
            request.description().orElse(""),
            request.state().orElse(WebhookState.ACTIVE),
            transaction.principal().actor(),
            transaction.now());
    WebhookStore.add(transaction.tenant(), webhook);
    ProgressStore.begin(transaction.tenant(), webhook.id(), from);
    transaction.record(
        ACTION,
        "webhook",
        webhook.id().toString(),
        webhook.id(),
        webhook.recorded().with("from_index", Json.of(from)));
    return WebhookView.of(transaction.tenant(), webhook);
  }
}
