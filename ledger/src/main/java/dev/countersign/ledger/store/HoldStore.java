package dev.countersign.ledger.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.Hold;
import dev.countersign.ledger.Hold.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// The legal holds of a tenant.
///
/// Three parties take the holds' lock, always before any row: who sets a hold alone, who erases and
/// who ends a day ([EntryDays]) together. So whoever has it and sees no hold knows that there is
/// none until he has committed.
public final class HoldStore {
  /// Whether a hold `h` in force covers the entry `e`.
  static final String COVERS =
      """
      h.tenant_id = e.tenant_id and h.lifted_at is null
      and (h.correlation_id = e.correlation_id or e.log_index between h.first_index and h.last_index
        or (e.time >= h.since and e.time < h.until))\
      """;

  private HoldStore() {}

  /// Lets nobody set a hold until the transaction ends.
  public static void keepFromChanging(TenantTransaction transaction) {
    lock(transaction, "pg_advisory_xact_lock_shared");
  }

  /// Waits until nobody erases or ends a day who may have looked before.
  public static void change(TenantTransaction transaction) {
    lock(transaction, "pg_advisory_xact_lock");
  }

  private static void lock(TenantTransaction transaction, String function) {
    transaction
        .handle()
        .createQuery("select " + function + "(ledger.hold_lock()) is null")
        .mapTo(Boolean.class)
        .one();
  }

  public static void add(TenantTransaction transaction, Hold hold) {
    var scope = hold.scope();
    transaction
        .handle()
        .createUpdate(
            """
            insert into ledger.hold (tenant_id, hold_id, correlation_id, first_index, last_index, since, until, reason, set_by, set_at)
            values (:tenant, :id, cast(:correlation as uuid), :first, :last, :since, :until, :reason, :by, :at)\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", hold.id())
        .bind("correlation", scope instanceof Scope.Action(var id) ? id : null)
        .bind("first", scope instanceof Scope.Entries(var first, _) ? first : null)
        .bind("last", scope instanceof Scope.Entries(_, var last) ? last : null)
        .bind("since", scope instanceof Scope.Period(var from, _) ? Timestamp.from(from) : null)
        .bind("until", scope instanceof Scope.Period(_, var to) ? Timestamp.from(to) : null)
        .bind("reason", hold.reason())
        .bind("by", hold.by())
        .bind("at", Timestamp.from(hold.at()))
        .execute();
  }

  /// Notes the end of a hold that is in force.
  public static void lift(TenantTransaction transaction, UUID id, Hold.Lifted lifted) {
    transaction
        .handle()
        .createUpdate(
            """
            update ledger.hold set lifted_by = :by, lifted_at = :at, lift_reason = :reason
            where tenant_id = :tenant and hold_id = :id and lifted_at is null\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .bind("by", lifted.by())
        .bind("at", Timestamp.from(lifted.at()))
        .bind("reason", lifted.reason())
        .execute();
  }

  /// Reads a hold and keeps everybody else from lifting it.
  public static Optional<Hold> lock(TenantTransaction transaction, UUID id) {
    return query(
            transaction,
            "select * from ledger.hold where tenant_id = :tenant and hold_id = :id for update")
        .bind("id", id)
        .map((row, _) -> hold(row))
        .findOne();
  }

  /// How many are in force.
  public static long active(TenantTransaction transaction) {
    return query(
            transaction,
            "select count(*) from ledger.hold where tenant_id = :tenant and lifted_at is null")
        .mapTo(Long.class)
        .one();
  }

  /// Newest first, lifted ones too; `before` is the last id of the page before.
  public static List<Hold> page(TenantTransaction transaction, Optional<UUID> before, int limit) {
    return query(
            transaction,
            """
            select * from ledger.hold
            where tenant_id = :tenant and (cast(:before as uuid) is null or hold_id < cast(:before as uuid))
            order by hold_id desc limit :limit\
            """)
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> hold(row))
        .list();
  }

  /// The oldest hold in force that covers an entry.
  public static Optional<UUID> covering(TenantTransaction transaction, long logIndex) {
    return query(
            transaction,
            """
            select h.hold_id from ledger.entry e join ledger.hold h on %s
            where e.tenant_id = :tenant and e.log_index = :index order by h.hold_id limit 1\
            """
                .formatted(COVERS))
        .bind("index", logIndex)
        .mapTo(UUID.class)
        .findOne();
  }

  /// Takes away why a hold was set; the hold itself stays as it is.
  public static void forgetReason(TenantTransaction transaction, UUID id) {
    forget(transaction, id, "reason = ''");
  }

  /// Takes away why a hold was lifted.
  public static void forgetLiftReason(TenantTransaction transaction, UUID id) {
    forget(
        transaction, id, "lift_reason = case when lifted_at is null then lift_reason else '' end");
  }

  private static void forget(TenantTransaction transaction, UUID id, String what) {
    transaction
        .handle()
        .createUpdate(
            "update ledger.hold set %s where tenant_id = :tenant and hold_id = :id".formatted(what))
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .execute();
  }

  private static Query query(TenantTransaction transaction, String sql) {
    return transaction.handle().createQuery(sql).bind("tenant", transaction.tenant().value());
  }

  private static Hold hold(ResultSet row) throws SQLException {
    return new Hold(
        row.getObject("hold_id", UUID.class),
        scope(row),
        row.getString("reason"),
        row.getString("set_by"),
        row.getTimestamp("set_at").toInstant(),
        lifted(row));
  }

  private static Scope scope(ResultSet row) throws SQLException {
    var correlation = row.getObject("correlation_id", UUID.class);
    if (correlation != null) {
      return new Scope.Action(correlation);
    }
    var since = time(row, "since");
    return since == null
        ? new Scope.Entries(row.getLong("first_index"), row.getLong("last_index"))
        : new Scope.Period(since, row.getTimestamp("until").toInstant());
  }

  private static Optional<Hold.Lifted> lifted(ResultSet row) throws SQLException {
    var at = time(row, "lifted_at");
    return at == null
        ? Optional.empty()
        : Optional.of(
            new Hold.Lifted(row.getString("lifted_by"), at, row.getString("lift_reason")));
  }

  private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
    var time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }
}
