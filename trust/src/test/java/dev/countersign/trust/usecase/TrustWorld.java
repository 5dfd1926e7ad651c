package dev.countersign.trust.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.kernel.store.TenantTransactions.Work;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.content.Sealing.Place;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerReader;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.ledger.usecase.Sequencer;
import dev.countersign.testkit.ManualClock;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.predict.anomaly.CutForest;
import dev.countersign.trust.predict.anomaly.CutForest.Score;
import dev.countersign.trust.predict.anomaly.ScoredHours;
import dev.countersign.trust.predict.anomaly.Watch;
import dev.countersign.trust.predict.anomaly.Window;
import dev.countersign.trust.store.TrustStore;
import dev.countersign.trust.store.WatchStore;
import dev.countersign.trust.store.WatchStore.Watched;
import dev.countersign.trust.store.WindowStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.postgresql.ds.PGSimpleDataSource;

/// The room with a real database and a real log; only the clock is moved by hand.
final class TrustWorld implements AutoCloseable {
  private static final String ORIGIN = "trust.test/log";
  private static final String TRACE = "0123456789abcdef0123456789abcdef";

  /// Somebody else's forest, for speed: how far from the usual a point is.
  static final CutForest DISTANCE =
      (others, point) -> {
        double sum = 0;
        for (double value : point) {
          sum += value * value;
        }
        return new Score(sum, Collections.nCopies(point.length, 1.0 / point.length));
      };

  final TrustDatabase database = new TrustDatabase();
  final ManualClock clock = ManualClock.at("2026-03-02T08:00:00Z");
  final Ids ids = new Ids(clock, new SecureRandom());
  final TrustScopes scopes = new TrustScopes(new TrustStore(), ids, clock);
  final Ledger ledger;
  final Anomalies anomalies;
  private final LogState state = new LogState(true);
  private final CheckpointSigner signer;
  private final Sequencer sequencer;
  private final ContentKeys content;
  private final WindowStore hours = new WindowStore();
  private final WatchStore watched = new WatchStore();

  TrustWorld() {
    var key = SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());
    var signed = checkpoint();
    signer = new CheckpointSigner(database.as(DatabaseRole.SEQUENCER), key, signed, state);
    content =
        ContentKeyStore.open(
            signed.resolveSibling("content-keys"),
            database.as(DatabaseRole.APP),
            database.as(DatabaseRole.MAINTENANCE),
            new SecureRandom());
    sequencer =
        new Sequencer(
            database.as(DatabaseRole.SEQUENCER),
            new AppendPath(content),
            signer,
            state,
            ids,
            ORIGIN);
    ledger = ledgerOn(database.transactions());
    anomalies = new Anomalies(database.transactions(), ledger, clock);
    signer.start();
    sequencer.start();
  }

  private Ledger ledgerOn(TenantTransactions way) {
    return new Ledger(
        way, sequencer, new LedgerReader(way, signer, ORIGIN, content), state, ids, clock);
  }

  private static Path checkpoint() {
    try {
      return Files.createTempDirectory(Path.of("target"), "checkpoint").resolve("checkpoint");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A node that judges.
  JudgeHours node(CutForest forest) {
    return new JudgeHours(database.transactions(), ledger, new Watch(forest), ids, clock);
  }

  JudgeHours node() {
    return node(DISTANCE);
  }

  /// A node that dies between judging an hour and writing what it came to.
  JudgeHours dyingNode() {
    var nowhere = new PGSimpleDataSource();
    nowhere.setURL("jdbc:postgresql://127.0.0.1:1/nowhere");
    return new JudgeHours(
        database.transactions(),
        ledgerOn(new TenantTransactions(nowhere)),
        new Watch(DISTANCE),
        ids,
        clock);
  }

  static Principal principal(TenantId tenant, String id) {
    return new Principal(
        tenant,
        Principal.Kind.API_KEY,
        id,
        id,
        new TreeSet<>(List.of("tenant_admin")),
        Principal.DEFAULT_SITE,
        1);
  }

  Call call(TenantId tenant, Optional<Call.Idempotency> key) {
    return new Call(principal(tenant, "ck_admin"), TRACE, "127.0.0.1", key);
  }

  Call call(TenantId tenant) {
    return call(tenant, Optional.empty());
  }

  <T> T run(TenantId tenant, Rules rules, Work<T> work) {
    return database.transactions().run(tenant, rules, work);
  }

  /// Counts an event, with its entries left out; yields the scope's id.
  UUID observe(TenantId tenant, ScopeKey key, TrustEvent event) {
    return run(
        tenant, Rules.CHANGE, transaction -> scopes.observe(transaction, key, event).scopeId());
  }

  /// Lays down hours of a scope that are over.
  void hours(TenantId tenant, UUID scope, List<Window> windows) {
    run(
        tenant,
        Rules.APPLY,
        transaction -> {
          for (var window : windows) {
            hours.begin(transaction, scope, window.start(), window.start());
            hours.close(transaction, scope, window);
          }
          return scope;
        });
  }

  /// Lets the tenant have so many scored hours, none of them far out, until `until`.
  void scored(TenantId tenant, int count, Instant until) {
    var usual = Collections.nCopies(count, 1.0);
    run(
        tenant,
        Rules.APPLY,
        transaction -> {
          watched.lock(transaction);
          watched.write(transaction, new Watched(new ScoredHours(usual, usual), until));
          return tenant;
        });
  }

  Watched watched(TenantId tenant) {
    return run(tenant, Rules.READ, watched::read);
  }

  /// An hour of ten decisions.
  static Window decisions(Instant start, int rejected) {
    return new Window(
        start, 10, 10, rejected, 0, 0, 0, Optional.of(0.8), Optional.of(0.9), 3, 2, 20);
  }

  /// A tenant's scope with a month of hours that are alike, of which the last is at 08:00, and
  /// enough scored hours that something can be raised about the next.
  UUID settled(TenantId tenant, ScopeKey key) {
    var scope =
        observe(
            tenant,
            key,
            new TrustEvent.VersionsChanged("model 1", clock.instant().minus(Duration.ofDays(30))));
    var last = Instant.parse("2026-03-02T08:00:00Z");
    hours(
        tenant,
        scope,
        IntStream.range(0, 30)
            .mapToObj(i -> decisions(last.minus(Duration.ofHours(i)), i % 3))
            .toList());
    scored(tenant, 400, last.plus(Duration.ofHours(1)));
    return scope;
  }

  JsonObject page(TenantId tenant) {
    return anomalies.list(principal(tenant, "ck_admin"), 100, Optional.empty(), Optional.empty());
  }

  List<JsonObject> alarms(TenantId tenant) {
    return page(tenant).items("anomalies").stream().map(JsonObject.class::cast).toList();
  }

  long generation(TenantId tenant) {
    return run(tenant, Rules.READ, transaction -> transaction.generation().trust());
  }

  /// An entry of the log.
  record LoggedEntry(String action, String correlationId, JsonObject content) {}

  List<String> actions(TenantId tenant) {
    return log(tenant).stream().map(LoggedEntry::action).toList();
  }

  List<LoggedEntry> log(TenantId tenant) {
    try (var connection = database.behindTheCurtain().superuserDataSource().getConnection();
        var statement =
            connection.prepareStatement(
                "select action, correlation_id, id, expires_on::text, sealed, tenant_seq, previous from ledger.entry where tenant_id = ? order by log_index")) {
      statement.setObject(1, tenant.value());
      var entries = new ArrayList<LoggedEntry>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          var place =
              new Place(tenant, rows.getObject(3, UUID.class), ContentDay.of(rows.getString(4)));
          var text = content.sealing().read(place, rows.getBytes(5)).orElseThrow().text();
          var canonical =
              Entry.Unplaced.unpacked(text).at(rows.getLong(6), Digest.of(rows.getBytes(7)));
          entries.add(
              new LoggedEntry(
                  rows.getString(1),
                  rows.getString(2),
                  (JsonObject) JsonReader.read(new String(canonical, StandardCharsets.UTF_8), 64)));
        }
      }
      return entries;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void tamper(String sql) {
    try (var connection = database.behindTheCurtain().superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    sequencer.close();
    signer.close();
  }
}
