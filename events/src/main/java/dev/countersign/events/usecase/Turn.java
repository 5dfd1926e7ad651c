package dev.countersign.events.usecase;

import dev.countersign.events.CloudEvent;
import dev.countersign.events.Delivery;
import dev.countersign.events.DeliveryState;
import dev.countersign.events.ReceiverHealth;
import dev.countersign.events.SignedRequest;
import dev.countersign.events.Webhook;
import dev.countersign.events.sending.Reply;
import dev.countersign.events.store.DeliveryStore;
import dev.countersign.events.store.ProgressStore;
import dev.countersign.events.store.ProgressStore.Progress;
import dev.countersign.events.store.WebhookStore;
import dev.countersign.events.usecase.DeliverWebhooks.Means;
import dev.countersign.events.usecase.DeliverWebhooks.Tally;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.kernel.store.TenantTransactions.Work;
import dev.countersign.ledger.store.EntryFeed;
import dev.countersign.ledger.store.EntryFeed.Content;
import dev.countersign.ledger.store.EntryFeed.Told;
import dev.countersign.ledger.store.EntryStore;
import dev.countersign.ledger.store.EntryStore.Stored;
import dev.countersign.ledger.usecase.Attempt;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/// One node's turn with one webhook: reads the log from where the webhook stands, sends what may be
/// sent, notes what came of it, and so on until nothing is left that it may do now.
///
/// Of each case only the first event that waits is sent, so its events arrive in the order of the
/// log, and one that fails holds back the later ones of its own case alone; what belongs to no case
/// is in order within its governed action. Each step is a short transaction; receivers are waited
/// for between them, under a lease. For one thread, once.
final class Turn {
  private static final int TRACE_BYTES = 16;

  private final Means means;
  private final TenantId tenant;
  private final UUID webhookId;
  private final Tally tally;
  private final BooleanSupplier open;
  private final UUID lease;

  /// @param open whether the node goes on
  Turn(Means means, TenantId tenant, UUID webhookId, Tally tally, BooleanSupplier open) {
    this.means = means;
    this.tenant = tenant;
    this.webhookId = webhookId;
    this.tally = tally;
    this.open = open;
    this.lease = means.ids().next();
  }

  /// What is to be sent, with what it takes.
  private record Task(Delivery delivery, SignedRequest request) {}

  /// A task and what came of it.
  private record Tried(Delivery delivery, Reply reply) {}

  /// What a step found.
  ///
  /// @param more whether there is more to read, though nothing to send
  private record Found(List<Task> tasks, ReceiverHealth health, boolean more) {
    static final Found NOTHING = new Found(List.of(), ReceiverHealth.GOOD, false);
  }

  void run() {
    if (!inTenant(
        transaction ->
            ProgressStore.claim(transaction, webhookId, lease, means.bounds().lease(), now()))) {
      return;
    }
    boolean going = true;
    for (int step = 0; going && open.getAsBoolean() && step < means.bounds().steps(); step++) {
      var found = inTenant(this::look);
      going = found.tasks().isEmpty() ? found.more() : settle(found.health(), sent(found.tasks()));
    }
    inTenant(transaction -> {
      ProgressStore.release(transaction, webhookId, lease);
      return true;
    });
  }

  private <T> T inTenant(Work<T> work) {
    return means.transactions().run(tenant, Rules.READ, work);
  }

  private Instant now() {
    return means.clock().instant().truncatedTo(ChronoUnit.MICROS);
  }

  private Found look(TenantTransaction transaction) {
    if (!ProgressStore.renew(transaction, webhookId, lease, means.bounds().lease())) {
      return Found.NOTHING;
    }
    var webhook = WebhookStore.read(transaction, webhookId);
    if (webhook.isEmpty()) {
      return Found.NOTHING;
    }
    var now = now();
    var progress = ProgressStore.read(transaction, webhookId);
    boolean more = readOn(transaction, webhook.get(), progress, now);
    var health = progress.health();
    if (health.retryAt().filter(now::isBefore).isPresent()) {
      return Found.NOTHING;
    }
    // Whoever is away is asked by one event whether he is back.
    int most = health.failing() ? 1 : means.bounds().bulkhead();
    var tasks = new ArrayList<Task>();
    for (var delivery : DeliveryStore.due(transaction, webhookId, now, most)) {
      var event = event(transaction, delivery);
      tasks.add(new Task(delivery, SignedRequest.of(webhook.get().url(), event, means.key(), now)));
    }
    return new Found(List.copyOf(tasks), health, more);
  }

  /// Notes what the log has for this webhook, as far as there is room; says whether there may be
  /// more to read.
  private boolean readOn(
      TenantTransaction transaction, Webhook webhook, Progress progress, Instant now) {
    int room =
        means.bounds().window()
            - DeliveryStore.open(transaction, webhookId, means.bounds().window());
    if (room == 0) {
      ProgressStore.advance(transaction, webhookId, progress.nextIndex(), progress.seen(), true);
      return false;
    }
    // Before the log is read: what is recorded meanwhile makes it longer than this.
    long length = EntryStore.count(transaction);
    if (length == progress.seen()) {
      return false;
    }
    var stretch =
        EntryFeed.read(
            transaction,
            means.ledger().sealing(),
            progress.nextIndex(),
            Math.min(room, means.bounds().page()),
            Content.LEFT);
    var added = new ArrayList<Delivery>();
    for (var told : stretch.entries()) {
      if (webhook.takes(told.action())) {
        added.add(delivery(told, caseOf(transaction, told.logIndex()), now));
      }
    }
    DeliveryStore.add(transaction, webhookId, added);
    long seen = stretch.end() ? length : progress.seen();
    ProgressStore.advance(transaction, webhookId, stretch.next(), seen, false);
    return !stretch.end();
  }

  /// Read for itself: a page with its contents would not fit in memory, and most of a page may be
  /// for others. Empty as well where the content is gone; what is left then is its action.
  private Optional<UUID> caseOf(TenantTransaction transaction, long logIndex) {
    return EntryFeed.at(transaction, means.ledger().sealing(), logIndex)
        .flatMap(Told::content)
        .map(Stored::json)
        .flatMap(CloudEvent::caseOf);
  }

  private Delivery delivery(Told told, Optional<UUID> caseId, Instant now) {
    return new Delivery(
        means.ids().next(),
        told.logIndex(),
        told.id(),
        told.correlationId(),
        caseId,
        told.action(),
        DeliveryState.PENDING,
        0,
        now,
        Optional.empty(),
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// What the log says now: at each attempt anew, so that what was erased meanwhile is not sent.
  private CloudEvent event(TenantTransaction transaction, Delivery delivery) {
    var told = EntryFeed.at(transaction, means.ledger().sealing(), delivery.logIndex());
    return told.flatMap(Told::content)
        .map(content -> CloudEvent.of(means.origin(), delivery.logIndex(), content.json()))
        .orElseGet(() ->
            CloudEvent.erased(
                means.origin(),
                delivery.logIndex(),
                tenant,
                delivery.eventId(),
                delivery.correlationId(),
                told.map(Told::time).orElse(delivery.createdAt()),
                delivery.action()));
  }

  /// All at once: they are of different cases, and at most as many as the bulkhead has.
  private List<Tried> sent(List<Task> tasks) {
    var exchanges = new ArrayList<FutureTask<Reply>>();
    for (var task : tasks) {
      var exchange = new FutureTask<>(() -> means.post().send(task.request()));
      Thread.ofVirtual().name("countersign-webhook-exchange").start(exchange);
      exchanges.add(exchange);
    }
    var tried = new ArrayList<Tried>();
    for (int i = 0; i < tasks.size(); i++) {
      try {
        tried.add(new Tried(tasks.get(i).delivery(), exchanges.get(i).get()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.copyOf(tried);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    return List.copyOf(tried);
  }

  /// Notes what came of the attempts; false if the lease is somebody else's by now.
  private boolean settle(ReceiverHealth before, List<Tried> tried) {
    var now = now();
    var health = before;
    var settled = new ArrayList<Delivery>();
    for (var each : tried) {
      settled.add(after(each, now));
      health = each.reply().taken() ? ReceiverHealth.GOOD : health.failed(now, means.random());
      (each.reply().taken() ? tally.delivered : tally.failed).increment();
    }
    var known = health;
    boolean died = settled.stream().anyMatch(each -> each.state() == DeliveryState.DEAD);
    return died
        ? settledWithEntries(tried, settled, known)
        : inTenant(transaction -> write(transaction, tried, settled, known).isPresent());
  }

  private Delivery after(Tried tried, Instant now) {
    var delivery = tried.delivery();
    int attempts = delivery.attempts() + 1;
    var again =
        tried.reply().taken()
            ? Optional.<Instant>empty()
            : means.bounds().schedule().after(attempts, means.random()).map(now::plus);
    var state =
        tried.reply().taken()
            ? DeliveryState.DELIVERED
            : again.isPresent() ? DeliveryState.FAILED : DeliveryState.DEAD;
    return new Delivery(
        delivery.id(),
        delivery.logIndex(),
        delivery.eventId(),
        delivery.correlationId(),
        delivery.caseId(),
        delivery.action(),
        state,
        attempts,
        delivery.createdAt(),
        Optional.of(now),
        again.orElse(delivery.nextAttemptAt()),
        state.open() ? Optional.empty() : Optional.of(now),
        tried.reply().status(),
        tried.reply().error());
  }

  /// The deliveries that were written; empty if the lease was lost.
  private Optional<List<Delivery>> write(
      TenantTransaction transaction,
      List<Tried> tried,
      List<Delivery> settled,
      ReceiverHealth health) {
    if (!ProgressStore.hold(transaction, webhookId, lease)) {
      return Optional.empty();
    }
    var written = new ArrayList<Delivery>();
    for (int i = 0; i < settled.size(); i++) {
      if (DeliveryStore.settle(transaction, webhookId, tried.get(i).delivery(), settled.get(i))) {
        written.add(settled.get(i));
      }
    }
    ProgressStore.health(transaction, webhookId, health);
    return Optional.of(List.copyOf(written));
  }

  /// An event that is given up is an entry, in the same transaction: somebody has to look.
  private boolean settledWithEntries(
      List<Tried> tried, List<Delivery> settled, ReceiverHealth health) {
    var traceId = HexFormat.of().formatHex(means.ids().randomBytes(TRACE_BYTES));
    var recorded =
        means
            .ledger()
            .transact(
                Call.system(tenant, "webhooks", traceId),
                new Attempt(Webhook.DEAD_LETTERED, "webhook", webhookId.toString()),
                Rules.APPLY,
                transaction -> {
                  var written = write(transaction.tenant(), tried, settled, health);
                  for (var delivery : written.orElse(List.of())) {
                    if (delivery.state() == DeliveryState.DEAD) {
                      transaction.record(
                          Webhook.DEAD_LETTERED,
                          "delivery",
                          delivery.id().toString(),
                          webhookId,
                          deadLetter(delivery));
                    }
                  }
                  return Json.object().put("held", written.isPresent()).build();
                });
    tally.dead.add(recorded.tickets().size());
    return recorded.answer().truth("held").orElseThrow();
  }

  private JsonObject deadLetter(Delivery delivery) {
    return Json.object()
        .put("webhook_id", webhookId.toString())
        .put("log_index", delivery.logIndex())
        .put("event_id", delivery.eventId().toString())
        .put("attempts", delivery.attempts())
        .put("last_status", delivery.lastStatus().map(status -> Json.of((long) status)))
        .put("last_error", delivery.lastError().map(Json::of))
        .build();
  }
}
