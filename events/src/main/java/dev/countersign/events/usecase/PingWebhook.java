package dev.countersign.events.usecase;

import dev.countersign.events.CloudEvent;
import dev.countersign.events.SignedRequest;
import dev.countersign.events.Webhook;
import dev.countersign.events.WebhookKey;
import dev.countersign.events.sending.PinnedPost;
import dev.countersign.events.store.WebhookStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A person asks whether a receiver takes events: it is sent one that is no entry.
public final class PingWebhook {
  /// The action of its entry, which stands before anything is sent.
  public static final String ACTION = "webhook.tested";

  private final Ledger ledger;
  private final PinnedPost post;
  private final WebhookKey key;
  private final String origin;
  private final Ids ids;
  private final Clock clock;

  public PingWebhook(
      Ledger ledger, PinnedPost post, WebhookKey key, String origin, Ids ids, Clock clock) {
    this.ledger = ledger;
    this.post = post;
    this.key = key;
    this.origin = origin;
    this.ids = ids;
    this.clock = clock;
  }

  /// The answer is what came back. A paused webhook is tested, too.
  public JsonObject ping(Call call, UUID id) {
    var found = new AtomicReference<@Nullable Webhook>();
    var eventId = ids.next();
    var recorded =
        ledger.transact(
            call,
            new Attempt(ACTION, "webhook", id.toString(), Optional.of(id)),
            Rules.APPLY,
            transaction -> {
              var webhook =
                  WebhookStore.read(transaction.tenant(), id)
                      .orElseThrow(() -> new Refusal.NotFound("webhook", id.toString()));
              Receivers.requireReader(transaction.principal());
              found.set(webhook);
              transaction.record(
                  ACTION,
                  "webhook",
                  id.toString(),
                  id,
                  Json.object().put("event_id", eventId.toString()).build());
              return JsonObject.EMPTY;
            });
    var webhook = found.get();
    if (webhook == null) {
      throw new IllegalStateException("a test is made anew each time it is asked for");
    }
    var answer = Json.object().put("event_id", eventId.toString());
    sent(webhook, call, eventId, answer);
    return answer.put("ticket", recorded.tickets().getFirst().json()).build();
  }

  private void sent(Webhook webhook, Call call, UUID eventId, Json.Builder answer) {
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var event = CloudEvent.ping(origin, call.principal().tenant(), eventId, webhook.id(), now);
    long begun = System.nanoTime();
    var reply = post.send(SignedRequest.of(webhook.url(), event, key, now));
    answer
        .put("delivered", reply.taken())
        .put("status", reply.status().map(status -> Json.of((long) status)))
        .put("error", reply.error().map(Json::of))
        .put("duration_ms", Duration.ofNanos(System.nanoTime() - begun).toMillis());
  }
}
