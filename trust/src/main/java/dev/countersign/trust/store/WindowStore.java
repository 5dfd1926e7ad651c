package dev.countersign.trust.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.predict.anomaly.ScopeWindows;
import dev.countersign.trust.predict.anomaly.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// Reads and writes `trust.hour`: what happened in each hour of each scope, of the transaction's
/// tenant. Stateless; safe for use by many threads, each with its own transaction.
public final class WindowStore {
  private static final String WINDOW =
      """
      starts_at, proposals, decided, rejected, overridden, observed, succeeded, confidence, safety,
      actors, busiest, total\
      """;

  /// An hour that a scope is still counting, though it is over.
  public record Running(UUID scopeId, Instant start) {}

  /// Where an hour of the tenant stands.
  ///
  /// @param closed whether every scope has closed it
  /// @param begunAt when the last scope began it, by the real clock
  public record Hour(Instant start, boolean closed, Instant begunAt) {}

  /// Says that something happened in an hour; MUST be called with the scope locked.
  public void begin(TenantTransaction transaction, UUID scopeId, Instant start, Instant now) {
    transaction
        .update(
            """
            insert into trust.hour (tenant_id, scope_id, starts_at, begun_at)
            values (:tenant, :scope, :start, :now)\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("scope", scopeId)
        .bind("start", Timestamp.from(start))
        .bind("now", Timestamp.from(now))
        .later();
  }

  /// Writes what an hour came to; MUST be called with the scope locked.
  public void close(TenantTransaction transaction, UUID scopeId, Window window) {
    int rows =
        transaction
            .update(
                """
                update trust.hour
                set closed = true, proposals = :proposals, decided = :decided, rejected = :rejected,
                  overridden = :overridden, observed = :observed, succeeded = :succeeded,
                  confidence = :confidence, safety = :safety, actors = :actors, busiest = :busiest, total = :total
                where tenant_id = :tenant and scope_id = :scope and starts_at = :start and not closed\
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("scope", scopeId)
            .bind("start", Timestamp.from(window.start()))
            .bind("proposals", window.proposals())
            .bind("decided", window.decided())
            .bind("rejected", window.rejected())
            .bind("overridden", window.overridden())
            .bind("observed", window.observed())
            .bind("succeeded", window.succeeded())
            .bind("confidence", window.confidence().orElse(null))
            .bind("safety", window.safety().orElse(null))
            .bind("actors", window.actors())
            .bind("busiest", window.busiest())
            .bind("total", window.total())
            .execute();
    if (rows != 1) {
      throw new IllegalStateException("an hour that was counted was never begun");
    }
  }

  /// Hours that began at `start` or earlier, and were begun at `begun` or earlier by the real
  /// clock, and are still counted; the earliest first, at most `limit`.
  public List<Running> running(
      TenantTransaction transaction, Instant start, Instant begun, int limit) {
    return transaction
        .query(
            """
            select scope_id, starts_at from trust.hour
            where tenant_id = :tenant and not closed and starts_at <= :start and begun_at <= :begun
            order by starts_at, scope_id limit :limit\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("start", Timestamp.from(start))
        .bind("begun", Timestamp.from(begun))
        .bind("limit", limit)
        .map((row, _) -> new Running(row.getObject("scope_id", UUID.class), time(row, "starts_at")))
        .list();
  }

  /// The tenant's earliest hour from `from` on in which something happened.
  public Optional<Hour> first(TenantTransaction transaction, Instant from) {
    return transaction
        .query(
            """
            select starts_at, bool_and(closed) as closed, max(begun_at) as begun_at from trust.hour
            where tenant_id = :tenant and starts_at =
              (select min(starts_at) from trust.hour where tenant_id = :tenant and starts_at >= :from)
            group by starts_at\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("from", Timestamp.from(from))
        .map((row, _) ->
            new Hour(time(row, "starts_at"), row.getBoolean("closed"), time(row, "begun_at")))
        .findOne();
  }

  /// The windows of an hour by scope; of more than `limit` scopes those in which most happened.
  public SortedMap<String, Window> windows(
      TenantTransaction transaction, Instant start, int limit) {
    var windows = new TreeMap<String, Window>();
    transaction
        .query(
            "select scope_id, "
                + WINDOW
                + """
                 from trust.hour where tenant_id = :tenant and starts_at = :start and closed
                order by total desc, scope_id limit :limit\
                """)
        .bind("tenant", transaction.tenant().value())
        .bind("start", Timestamp.from(start))
        .bind("limit", limit)
        .map((row, _) -> windows.put(row.getString("scope_id"), window(row)))
        .list();
    return windows;
  }

  /// A scope's latest windows before `start`, as many as one keeps.
  public ScopeWindows before(TenantTransaction transaction, UUID scopeId, Instant start) {
    var latest =
        transaction
            .query(
                "select "
                    + WINDOW
                    + """
                     from trust.hour
                    where tenant_id = :tenant and scope_id = :scope and starts_at < :start and closed
                    order by starts_at desc limit :limit\
                    """)
            .bind("tenant", transaction.tenant().value())
            .bind("scope", scopeId)
            .bind("start", Timestamp.from(start))
            .bind("limit", ScopeWindows.MOST)
            .map((row, _) -> window(row))
            .list();
    return new ScopeWindows(new ArrayList<>(latest).reversed());
  }

  private static Window window(ResultSet row) throws SQLException {
    return new Window(
        time(row, "starts_at"),
        row.getLong("proposals"),
        row.getLong("decided"),
        row.getLong("rejected"),
        row.getLong("overridden"),
        row.getLong("observed"),
        row.getLong("succeeded"),
        Optional.ofNullable(row.getObject("confidence", Double.class)),
        Optional.ofNullable(row.getObject("safety", Double.class)),
        row.getLong("actors"),
        row.getLong("busiest"),
        row.getLong("total"));
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return row.getTimestamp(column).toInstant();
  }
}
