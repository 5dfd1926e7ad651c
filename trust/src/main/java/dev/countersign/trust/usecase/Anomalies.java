package dev.countersign.trust.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.predict.anomaly.AlarmLife;
import dev.countersign.trust.predict.anomaly.AlarmLife.State;
import dev.countersign.trust.predict.drift.DriftKind;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.store.AlarmStore;
import dev.countersign.trust.store.StoredAlarm;
import dev.countersign.trust.store.WatchStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Alarms: what was unusual, and what people make of it. Reads store nothing.
public final class Anomalies {
  static final int LARGEST_PAGE = 100;

  private final TenantTransactions transactions;
  private final Ledger ledger;
  private final Clock clock;
  private final AlarmStore store = new AlarmStore();
  private final WatchStore watched = new WatchStore();

  public Anomalies(TenantTransactions transactions, Ledger ledger, Clock clock) {
    this.transactions = transactions;
    this.ledger = ledger;
    this.clock = clock;
  }

  /// Alarms, newest first, and how far the tenant's hours were judged.
  ///
  /// @param limit 1 to 100
  /// @param cursor as the page before gave it
  public JsonObject list(
      Principal principal, int limit, Optional<String> cursor, Optional<State> state) {
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw new Refusal.Invalid("limit", "out_of_range", "must be from 1 to " + LARGEST_PAGE);
    }
    var before =
        cursor.map(text ->
            Ids.parse(text)
                .orElseThrow(() ->
                    new Refusal.Invalid("cursor", "wrong_value", "is no cursor of this list")));
    var now = clock.instant();
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          // One more than asked for tells whether there is another page.
          var found = store.list(transaction, limit + 1, before, state);
          var page = found.subList(0, Math.min(limit, found.size()));
          return Json.object()
              .put(
                  "anomalies",
                  Json.array(page.stream().map(alarm -> AnomalyView.of(alarm, now)).toList()))
              .put("watch", AnomalyView.of(watched.read(transaction)))
              .put(
                  "next_cursor",
                  found.size() > limit
                      ? Optional.of(Json.of(page.getLast().id().toString()))
                      : Optional.empty())
              .build();
        });
  }

  /// One alarm; throws [Refusal.NotFound] for an unknown one.
  public JsonObject one(Principal principal, UUID id) {
    var now = clock.instant();
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            store
                .find(transaction, id)
                .map(alarm -> AnomalyView.of(alarm, now))
                .orElseThrow(() -> unknown(id)));
  }

  /// Reads `{to}`; throws `Refusal.Invalid` with every problem.
  public static State parse(Json body) {
    var fields = Fields.of(body);
    var to =
        fields.word("to", State.ACKNOWLEDGED.word(), State.CONFIRMED.word(), State.RESOLVED.word());
    fields.done();
    return State.parse(to).orElseThrow();
  }

  /// Moves an alarm along its table, in the caller's name.
  ///
  /// Throws [Refusal.NotFound] for an unknown one and [Refusal.Conflict] with what is possible if
  /// there is no such move.
  public Recorded move(Call call, UUID id, State to) {
    return ledger.transact(
        call,
        new Attempt("anomaly." + to.word(), "anomaly", id.toString(), Optional.of(id)),
        // Who takes note of an alarm changes nothing that anybody decides by.
        to == State.ACKNOWLEDGED ? Rules.APPLY : Rules.CHANGE,
        transaction -> moved(transaction, id, to));
  }

  private JsonObject moved(LedgerTransaction transaction, UUID id, State to) {
    var alarm = store.lock(transaction.tenant(), id).orElseThrow(() -> unknown(id));
    var life = alarm.life();
    var moved =
        life.moved(to, transaction.principal().actor(), notBefore(life, transaction.now()))
            .orElseThrow(() -> noSuchMove(life.state(), to));
    store.move(transaction.tenant(), id, moved);
    if (alarm.scope().isPresent() && to != State.ACKNOWLEDGED) {
      transaction.tenant().raise(Counter.TRUST);
    }
    transaction.record(
        "anomaly." + to.word(),
        "anomaly",
        id.toString(),
        id,
        Json.object()
            .put("kind", alarm.kind())
            .put("scope_id", alarm.scope().map(scope -> Json.of(scope.id().toString())))
            .put("predictor", alarm.predictor().map(predictor -> Json.of(predictor.word())))
            .put("from", life.state().word())
            .build());
    return AnomalyView.of(
        new StoredAlarm(id, alarm.kind(), alarm.scope(), alarm.predictor(), alarm.content(), moved),
        transaction.now());
  }

  /// Another node's clock may be a little ahead.
  private static Instant notBefore(AlarmLife life, Instant now) {
    return now.isBefore(life.since()) ? life.since() : now;
  }

  /// Says that what a predictor is asked, or what comes of it, is not what it learned; lowers
  /// nothing. For jobs, inside their transaction.
  ///
  /// @param content what drifted, in `features` where it is features; no personal content
  public UUID raiseDrift(
      LedgerTransaction transaction, Predictor predictor, DriftKind kind, JsonObject content) {
    var id = transaction.newId();
    var raised =
        new StoredAlarm(
            id,
            kind.word(),
            Optional.empty(),
            Optional.of(predictor),
            content,
            AlarmLife.raised(transaction.now()));
    store.add(transaction.tenant(), raised);
    transaction.record("drift.raised", "anomaly", id.toString(), id, AnomalyView.told(raised));
    return id;
  }

  private static Refusal.NotFound unknown(UUID id) {
    return new Refusal.NotFound("anomaly", id.toString());
  }

  private static Refusal.Conflict noSuchMove(State from, State to) {
    var possible =
        from.next().stream().map(State::word).collect(Collectors.joining("` or `", "`", "`"));
    return new Refusal.Conflict(
        "no_such_move",
        "the anomaly is `%s` and can't become `%s`; %s"
            .formatted(
                from.word(),
                to.word(),
                from.next().isEmpty() ? "that is its end" : "it can become " + possible));
  }
}
