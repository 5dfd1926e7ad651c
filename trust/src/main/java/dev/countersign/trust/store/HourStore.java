package dev.countersign.trust.store;

import static dev.countersign.trust.store.Columns.query;

import dev.countersign.kernel.store.TenantTransaction;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;

/// Sums over the hours of a tenant's scopes. Stateless; safe for use by many threads, each with its
/// own transaction.
public final class HourStore {

  /// Approved among decided in a queue in the hours from `from` until `to`, as far as they are
  /// closed; empty where nothing was decided.
  public Optional<Double> approvalRate(
      TenantTransaction transaction, String queue, Instant from, Instant to) {
    return query(
            transaction,
            """
            select (sum(h.decided) - sum(h.rejected))::double precision / nullif(sum(h.decided), 0) as rate
            from trust.hour h join trust.scope s on s.tenant_id = h.tenant_id and s.scope_id = h.scope_id
            where h.tenant_id = :tenant and h.closed and h.starts_at >= :from and h.starts_at < :to and s.queue = :queue
            """)
        .bind("queue", queue)
        .bind("from", Timestamp.from(from))
        .bind("to", Timestamp.from(to))
        .map((row, _) -> Columns.optionalShare(row, "rate"))
        .one();
  }

  /// All that happened in the tenant's scopes in the hour that began at `hour`, as far as it is
  /// closed.
  public long happenings(TenantTransaction transaction, Instant hour) {
    return query(
            transaction,
            """
            select coalesce(sum(total), 0) from trust.hour
            where tenant_id = :tenant and closed and starts_at = :hour
            """)
        .bind("hour", Timestamp.from(hour))
        .mapTo(Long.class)
        .one();
  }
}
