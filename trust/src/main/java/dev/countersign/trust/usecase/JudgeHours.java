package dev.countersign.trust.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.predict.anomaly.Alarm;
import dev.countersign.trust.predict.anomaly.AlarmLife;
import dev.countersign.trust.predict.anomaly.ScopeWindows;
import dev.countersign.trust.predict.anomaly.Watch;
import dev.countersign.trust.predict.anomaly.Window;
import dev.countersign.trust.store.AlarmStore;
import dev.countersign.trust.store.StoredAlarm;
import dev.countersign.trust.store.TrustStore;
import dev.countersign.trust.store.WatchStore;
import dev.countersign.trust.store.WatchStore.Watched;
import dev.countersign.trust.store.WindowStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// Judges a tenant's hours, each once and in their order, and raises the alarm that comes of it.
///
/// An hour is judged when all its scopes have closed it: a busy scope does so with its next event,
/// a quiet one is closed here. Scoring builds forests, so it holds no lock and no transaction; what
/// it came to is written under the lock of the tenant's row, unless another node was faster. A kill
/// at any point leaves the hour judged, with its alarm, or not judged. Safe for use by many threads
/// and nodes at once.
public final class JudgeHours {
  /// How long after its end an hour may still be written to by whoever began before.
  public static final Duration GRACE = Duration.ofMinutes(5);

  /// Of more scopes in one hour the busiest are judged: some seconds of forests.
  static final int MOST_SCOPES = 200;

  /// So much of a backlog is judged in one go, so that a tenant with weeks of it holds up no other.
  static final int MOST_HOURS = 100;

  /// As many hours of quiet scopes are closed in one go.
  static final int MOST_CLOSED = 500;

  private static final int TRACE_BYTES = 16;

  private final TenantTransactions transactions;
  private final Ledger ledger;
  private final Watch watch;
  private final Ids ids;
  private final Clock clock;
  private final TrustStore scopes = new TrustStore();
  private final WindowStore hours = new WindowStore();
  private final WatchStore watched = new WatchStore();
  private final AlarmStore alarms = new AlarmStore();

  public JudgeHours(
      TenantTransactions transactions, Ledger ledger, Watch watch, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.ledger = ledger;
    this.watch = watch;
    this.ids = ids;
    this.clock = clock;
  }

  /// An hour that is complete, and what it is judged by.
  private record Case(
      Watched before,
      Instant start,
      SortedMap<String, Window> windows,
      SortedMap<String, ScopeWindows> earlier) {
    Instant end() {
      return start.plus(Window.LENGTH);
    }
  }

  /// Closes and judges what is complete of a tenant; whether more may be left.
  public boolean judge(TenantId tenant) {
    var now = clock.instant();
    boolean more = close(tenant, now) == MOST_CLOSED;
    for (int i = 0; i < MOST_HOURS; i++) {
      var next = transactions.run(tenant, Rules.READ, transaction -> complete(transaction, now));
      if (next.isEmpty()) {
        return more;
      }
      judge(tenant, next.get());
    }
    return true;
  }

  /// Each in a transaction of its own, so that no two scopes are locked at once.
  private int close(TenantId tenant, Instant now) {
    var over =
        transactions.run(
            tenant,
            Rules.READ,
            transaction ->
                hours.running(transaction, lastOver(now), now.minus(GRACE), MOST_CLOSED));
    for (var running : over) {
      transactions.run(
          tenant,
          Rules.APPLY,
          transaction -> {
            close(transaction, running);
            return running;
          });
    }
    return over.size();
  }

  private void close(TenantTransaction transaction, WindowStore.Running running) {
    scopes
        .lock(transaction, running.scopeId())
        .flatMap(scope -> scope.hour())
        // An event, or another node, may have closed it meanwhile.
        .filter(hour -> hour.start().equals(running.start()))
        .ifPresent(hour -> {
          hour.window().ifPresent(window -> hours.close(transaction, running.scopeId(), window));
          scopes.count(transaction, running.scopeId(), hour.next());
        });
  }

  private static Instant lastOver(Instant now) {
    return now.minus(GRACE).minus(Window.LENGTH);
  }

  /// The next hour, if all of it is known. One that was replayed into the past is given the grace
  /// from its beginning on.
  private Optional<Case> complete(TenantTransaction transaction, Instant now) {
    var before = watched.read(transaction);
    return hours
        .first(transaction, before.until())
        .filter(hour ->
            hour.closed()
                && !hour.start().isAfter(lastOver(now))
                && !hour.begunAt().isAfter(now.minus(GRACE)))
        .map(hour -> known(transaction, before, hour.start()));
  }

  private Case known(TenantTransaction transaction, Watched before, Instant start) {
    var windows = hours.windows(transaction, start, MOST_SCOPES);
    var earlier = new TreeMap<String, ScopeWindows>();
    for (var scope : windows.keySet()) {
      earlier.put(scope, hours.before(transaction, UUID.fromString(scope), start));
    }
    return new Case(before, start, windows, earlier);
  }

  private void judge(TenantId tenant, Case hour) {
    var judged = watch.judge(hour.before().hours(), hour.earlier(), hour.windows());
    var id = ids.next();
    ledger.transact(
        Call.system(tenant, "anomaly", HexFormat.of().formatHex(ids.randomBytes(TRACE_BYTES))),
        new Attempt("anomaly.raised", "anomaly", id.toString(), Optional.of(id)),
        judged.alarm().isPresent() ? Rules.CHANGE : Rules.APPLY,
        transaction -> {
          if (watched.lock(transaction.tenant()).until().equals(hour.before().until())) {
            watched.write(transaction.tenant(), new Watched(judged.hours(), hour.end()));
            judged.alarm().ifPresent(alarm -> raise(transaction, id, alarm));
          }
          return JsonObject.EMPTY;
        });
  }

  private void raise(LedgerTransaction transaction, UUID id, Alarm alarm) {
    var scope =
        scopes
            .find(transaction.tenant(), UUID.fromString(alarm.scope()))
            .orElseThrow(() -> new IllegalStateException("a scope vanished as it was judged"));
    var raised =
        new StoredAlarm(
            id,
            alarm.kind().word(),
            Optional.of(new StoredAlarm.OfScope(scope.id(), scope.key())),
            Optional.empty(),
            alarm.toJson(),
            AlarmLife.raised(transaction.now()));
    alarms.add(transaction.tenant(), raised);
    transaction.tenant().raise(Counter.TRUST);
    transaction.record("anomaly.raised", "anomaly", id.toString(), id, AnomalyView.told(raised));
  }
}
