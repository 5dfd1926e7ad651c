package dev.countersign.trust.store;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.predict.anomaly.AlarmLife;
import dev.countersign.trust.predict.anomaly.AlarmLife.State;
import dev.countersign.trust.predict.features.Predictor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Reads and writes `trust.alarm`, always of the transaction's tenant. Stateless; safe for use by
/// many threads, each with its own transaction.
public final class AlarmStore {
  private static final String COLUMNS =
      """
      select alarm_id, kind, predictor, content, a.state as state, raised_at, since, moved_by,
        scope_id, site, queue, action_type, role_context\
      """;

  private static final String FROM =
      """

      from trust.alarm a left join trust.scope s using (tenant_id, scope_id)
      where a.tenant_id = :tenant\
      """;

  private static final String ALARM = COLUMNS + FROM;

  private static final String IN_FORCE =
      " and a.state <> 'resolved' and (a.state = 'confirmed' or raised_at > :since)";

  private static final UUID BEHIND_ALL = new UUID(-1, -1);

  public void add(TenantTransaction transaction, StoredAlarm alarm) {
    transaction
        .update(
            """
            insert into trust.alarm (tenant_id, alarm_id, kind, scope_id, predictor, content, state, raised_at, since, moved_by)
            values (:tenant, :id, :kind, cast(:scope as uuid), :predictor, :content, :state, :raised, :since, :by)\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", alarm.id())
        .bind("kind", alarm.kind())
        .bind("scope", alarm.scope().map(StoredAlarm.OfScope::id).orElse(null))
        .bind("predictor", alarm.predictor().map(Predictor::word).orElse(null))
        .bind("content", alarm.content().toString())
        .bind("state", alarm.life().state().word())
        .bind("raised", Timestamp.from(alarm.life().raisedAt()))
        .bind("since", Timestamp.from(alarm.life().since()))
        .bind("by", alarm.life().by().orElse(null))
        .later();
  }

  public Optional<StoredAlarm> find(TenantTransaction transaction, UUID id) {
    return query(transaction, " and alarm_id = :id")
        .bind("id", id)
        .map((row, _) -> alarm(row))
        .findOne();
  }

  /// The alarm, locked until the transaction ends.
  public Optional<StoredAlarm> lock(TenantTransaction transaction, UUID id) {
    return query(transaction, " and alarm_id = :id for update of a")
        .bind("id", id)
        .map((row, _) -> alarm(row))
        .findOne();
  }

  /// Writes where an alarm that this transaction has locked came to.
  public void move(TenantTransaction transaction, UUID id, AlarmLife life) {
    transaction
        .update(
            """
            update trust.alarm set state = :state, since = :since, moved_by = :by
            where tenant_id = :tenant and alarm_id = :id\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .bind("state", life.state().word())
        .bind("since", Timestamp.from(life.since()))
        .bind("by", life.by().orElse(null))
        .later();
  }

  /// Alarms by id, newest first, from behind `before` on.
  public List<StoredAlarm> list(
      TenantTransaction transaction, int limit, Optional<UUID> before, Optional<State> state) {
    var query =
        query(
                transaction,
                " and alarm_id < :before"
                    + (state.isPresent() ? " and a.state = :state" : "")
                    + " order by alarm_id desc limit :limit")
            .bind("before", before.orElse(BEHIND_ALL))
            .bind("limit", limit);
    state.ifPresent(wanted -> query.bind("state", wanted.word()));
    return query.map((row, _) -> alarm(row)).list();
  }

  /// The alarm about a scope that lowers the mode at `now`; of several the one that was confirmed,
  /// or is the newest.
  public Optional<StoredAlarm> lowering(TenantTransaction transaction, ScopeKey key, Instant now) {
    return query(
            transaction,
            " and site = :site and queue = :queue and action_type = :action"
                + " and role_context = :role"
                + IN_FORCE
                + " order by a.state = 'confirmed' desc, alarm_id desc limit 1")
        .bind("site", key.site())
        .bind("queue", key.queue())
        .bind("action", key.actionType())
        .bind("role", key.roleContext())
        .bind("since", Timestamp.from(now.minus(AlarmLife.LOWERS)))
        .map((row, _) -> alarm(row))
        .findOne()
        .filter(alarm -> alarm.life().lowers(now));
  }

  /// The alarms that lower the mode of these scopes at `now`, by the scope's id: what was confirmed
  /// first, then the newest, at most `most` of each.
  public Map<UUID, List<StoredAlarm>> lowering(
      TenantTransaction transaction, Collection<UUID> scopes, Instant now, int most) {
    var ranked =
        COLUMNS
            + ", row_number() over (partition by scope_id"
            + " order by a.state = 'confirmed' desc, alarm_id desc) as place"
            + FROM
            + " and scope_id = any (cast(:scopes as uuid[]))"
            + IN_FORCE;
    return transaction
        .query("select * from (" + ranked + ") ranked where place <= :most order by place")
        .bind("tenant", transaction.tenant().value())
        .bind("scopes", scopes.stream().map(UUID::toString).toArray(String[]::new))
        .bind("since", Timestamp.from(now.minus(AlarmLife.LOWERS)))
        .bind("most", most)
        .map((row, _) -> alarm(row))
        .list()
        .stream()
        .filter(alarm -> alarm.life().lowers(now))
        .collect(Collectors.groupingBy(alarm -> alarm.scope().orElseThrow().id()));
  }

  private static Query query(TenantTransaction transaction, String condition) {
    return transaction.query(ALARM + condition).bind("tenant", transaction.tenant().value());
  }

  private static StoredAlarm alarm(ResultSet row) throws SQLException {
    return new StoredAlarm(
        row.getObject("alarm_id", UUID.class),
        row.getString("kind"),
        scope(row),
        Optional.ofNullable(row.getString("predictor")).map(AlarmStore::predictor),
        JsonReader.readObject(row.getString("content")),
        new AlarmLife(
            State.parse(row.getString("state"))
                .orElseThrow(() -> new IllegalStateException("a stored alarm is nowhere")),
            row.getTimestamp("raised_at").toInstant(),
            row.getTimestamp("since").toInstant(),
            Optional.ofNullable(row.getString("moved_by"))));
  }

  private static Optional<StoredAlarm.OfScope> scope(ResultSet row) throws SQLException {
    var id = row.getObject("scope_id", UUID.class);
    return id == null
        ? Optional.empty()
        : Optional.of(
            new StoredAlarm.OfScope(
                id,
                new ScopeKey(
                    row.getString("site"),
                    row.getString("queue"),
                    row.getString("action_type"),
                    row.getString("role_context"))));
  }

  private static Predictor predictor(String word) {
    return Predictor.parse(word)
        .orElseThrow(() -> new IllegalStateException("a stored predictor is unknown"));
  }
}
