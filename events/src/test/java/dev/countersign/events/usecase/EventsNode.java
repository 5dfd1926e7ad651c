package dev.countersign.events.usecase;

import dev.countersign.events.AllowedAddresses;
import dev.countersign.events.RetrySchedule;
import dev.countersign.events.WebhookKey;
import dev.countersign.events.sending.Names;
import dev.countersign.events.sending.PinnedPost;
import dev.countersign.events.store.DueWebhooks;
import dev.countersign.events.usecase.DeliverWebhooks.Bounds;
import dev.countersign.identity.Network;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.LogLengths;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerReader;
import dev.countersign.ledger.usecase.LogKeys;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.ledger.usecase.Sequencer;
import dev.countersign.testkit.Await;
import dev.countersign.testkit.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLSocketFactory;
import javax.sql.DataSource;

/// What one process runs of the log and of this room, wired as the server wires it. Delivers when a
/// test has it do a round.
final class EventsNode implements AutoCloseable {
  static final String ORIGIN = "events.test/log";
  static final WebhookKey KEY = WebhookKey.generate(new SecureRandom());
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /// A receiver of a test answers at once; on a busy machine that may take a while.
  private static final Duration EXCHANGE = Duration.ofSeconds(8);

  /// For a receiver that hangs on purpose.
  static final Duration IMPATIENT = Duration.ofSeconds(1);

  private static final SigningKey LOG =
      SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());

  final EventsDatabase database;
  final ManualClock clock;
  final Ids ids;
  final TenantTransactions transactions;
  final Ledger ledger;
  final LogLengths lengths;
  final DueWebhooks due;
  final DeliverWebhooks deliver;
  final CreateWebhook create;
  final ChangeWebhook change;
  final RemoveWebhook remove;
  final RedriveDelivery redrive;
  final PingWebhook ping;
  final ShowWebhooks show;
  final PruneDeliveries prune;
  private final CheckpointSigner signer;
  private final Sequencer sequencer;

  EventsNode(EventsDatabase database) {
    this(database, ManualClock.at("2026-11-01T12:00:00Z"), Bounds.USUAL, source -> source);
  }

  EventsNode(
      EventsDatabase database, ManualClock clock, Bounds bounds, UnaryOperator<DataSource> faults) {
    this(database, clock, bounds, faults, EXCHANGE);
  }

  /// @param faults wraps the connections with which it delivers
  /// @param exchange how long it waits for a receiver
  EventsNode(
      EventsDatabase database,
      ManualClock clock,
      Bounds bounds,
      UnaryOperator<DataSource> faults,
      Duration exchange) {
    this.database = database;
    this.clock = clock;
    this.ids = new Ids(clock, new SecureRandom());
    var state = new LogState(true);
    ContentKeys content = database.keys();
    signer =
        new CheckpointSigner(
            database.as(DatabaseRole.SEQUENCER), LogKeys.of(LOG), checkpoint(), state);
    sequencer =
        new Sequencer(
            database.as(DatabaseRole.SEQUENCER),
            new AppendPath(content),
            signer,
            state,
            ids,
            ORIGIN);
    transactions = new TenantTransactions(database.as(DatabaseRole.APP));
    var reader = new LedgerReader(transactions, signer, ORIGIN, content);
    ledger = new Ledger(transactions, sequencer, reader, state, ids, clock);
    lengths = new LogLengths(database.as(DatabaseRole.TIMER));
    due = new DueWebhooks(database.as(DatabaseRole.TIMER));
    var post = post(exchange);
    deliver =
        new DeliverWebhooks(
            due,
            lengths,
            new TenantTransactions(faults.apply(database.as(DatabaseRole.APP))),
            ledger,
            post,
            KEY,
            ORIGIN,
            clock,
            ids,
            new SplittableRandom(1),
            bounds);
    create = new CreateWebhook(ledger, post);
    change = new ChangeWebhook(ledger, post);
    remove = new RemoveWebhook(ledger);
    redrive = new RedriveDelivery(ledger);
    ping = new PingWebhook(ledger, post, KEY, ORIGIN, ids, clock);
    show = new ShowWebhooks(transactions);
    prune = new PruneDeliveries(due, transactions, clock);
    signer.start();
    sequencer.start();
  }

  private static PinnedPost post(Duration exchange) {
    return new PinnedPost(
        new AllowedAddresses(List.of(Network.parse("127.0.0.1").orElseThrow())),
        Names.system(),
        (SSLSocketFactory) SSLSocketFactory.getDefault(),
        true,
        exchange);
  }

  private static Path checkpoint() {
    try {
      return Files.createTempDirectory(Path.of("target"), "checkpoint").resolve("checkpoint");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Two attempts more after the first, each a minute later or so.
  static Bounds impatient() {
    var schedule = new RetrySchedule(List.of(Duration.ofMinutes(1), Duration.ofMinutes(1)));
    return new Bounds(Duration.ofSeconds(45), 1_000, 500, 8, 50, schedule);
  }

  /// The same whose leases end after `lease`.
  static Bounds leased(Duration lease) {
    return new Bounds(lease, 1_000, 500, 8, 50, RetrySchedule.USUAL);
  }

  static Call call(TenantId tenant) {
    return call(tenant, List.of("tenant_admin"), Optional.empty());
  }

  static Call call(TenantId tenant, List<String> roles, Optional<List<String>> scopes) {
    var principal =
        new Principal(
            tenant,
            Principal.Kind.API_KEY,
            "ck_1",
            "key",
            new TreeSet<>(roles),
            scopes.map(TreeSet::new),
            "main",
            1);
    return new Call(principal, "0".repeat(32), "192.0.2.1", Optional.empty());
  }

  /// Records an entry of a governed action; says its index.
  long record(TenantId tenant, String action, UUID correlation, String text) {
    return record(tenant, action, "case", text, correlation, Json.object().put("n", text).build());
  }

  /// Records an entry of a governed action on a case; says its index.
  long recordOf(TenantId tenant, UUID caseId, String action, UUID correlation, String text) {
    var details = Json.object().put("case_id", caseId.toString()).put("n", text).build();
    return record(tenant, action, "proposal", text, correlation, details);
  }

  /// Records what a case says itself; says its index.
  long recordBy(TenantId tenant, UUID caseId, String action, String text) {
    var details = Json.object().put("n", text).build();
    return record(tenant, action, "case", caseId.toString(), caseId, details);
  }

  private long record(
      TenantId tenant,
      String action,
      String resource,
      String resourceId,
      UUID correlation,
      JsonObject details) {
    return ledger
        .transact(
            call(tenant),
            new Attempt(action, resource, resourceId),
            Rules.APPLY,
            transaction -> {
              transaction.record(action, resource, resourceId, correlation, details);
              return JsonObject.EMPTY;
            })
        .tickets()
        .getFirst()
        .logIndex();
  }

  /// Makes a webhook that is told of `case.*`.
  UUID webhook(TenantId tenant, String url) {
    return made(tenant, "{\"url\":\"%s\",\"actions\":[\"case.*\"]}".formatted(url));
  }

  /// Makes the webhook that a person would ask for with this body.
  UUID made(TenantId tenant, String body) {
    var request = WebhookRequest.parseNew(JsonReader.readObject(body));
    var answer = create.create(call(tenant), request).answer();
    return UUID.fromString(answer.text("webhook_id").orElseThrow());
  }

  /// Has it deliver, round after round, until something holds.
  void until(String what, BooleanSupplier condition) {
    Await.until(
        what,
        PATIENCE,
        () -> {
          deliver.round();
          return condition.getAsBoolean();
        });
  }

  /// Has it deliver all that may be delivered now.
  void rounds() {
    for (int i = 0; i < 3; i++) {
      deliver.round();
      Await.until("the end of the turns", PATIENCE, deliver::idle);
    }
  }

  JsonObject shown(TenantId tenant, UUID webhook) {
    return show.one(call(tenant).principal(), webhook);
  }

  /// The delivery log, newest first.
  List<JsonObject> deliveries(TenantId tenant, UUID webhook) {
    return show
        .deliveries(call(tenant).principal(), webhook, Optional.empty(), Optional.empty(), 100)
        .items("deliveries")
        .stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  /// The actions of a tenant's entries, in the order of the log.
  List<String> actions(TenantId tenant) {
    return database.texts(
        "select action from ledger.entry where tenant_id = '%s' order by log_index"
            .formatted(tenant));
  }

  @Override
  public void close() {
    deliver.close();
    sequencer.close();
    signer.close();
  }
}
