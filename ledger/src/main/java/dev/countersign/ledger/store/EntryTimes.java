package dev.countersign.ledger.store;

import dev.countersign.kernel.store.TenantTransaction;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/// Where times stand in a tenant's part of the log, by its index and the column `time` alone.
///
/// The log is in the order of its indexes; times follow it but for clocks that differ. What expired
/// with its whole partition has no time any more and is passed over.
public final class EntryTimes {
  private EntryTimes() {}

  /// An entry's place and time.
  public record Row(long logIndex, Instant time) {}

  /// What a look at one page of the log came to.
  ///
  /// @param found the index of the first entry met that was looked for
  /// @param reached the index of the last entry of the page; empty if there was none
  public record Look(Optional<Long> found, Optional<Long> reached) {}

  /// The first entry at this index or after it.
  public static Optional<Row> atOrAfter(TenantTransaction transaction, long logIndex) {
    return transaction
        .handle()
        .createQuery(
            """
            select log_index, time from ledger.entry where tenant_id = :tenant and log_index >= :index
            order by log_index limit 1\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("index", logIndex)
        .map((row, _) -> new Row(row.getLong(1), row.getTimestamp(2).toInstant()))
        .findOne();
  }

  /// The index of the tenant's newest entry.
  public static Optional<Long> newest(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery(
            "select log_index from ledger.entry where tenant_id = :tenant order by log_index desc limit 1")
        .bind("tenant", transaction.tenant().value())
        .mapTo(Long.class)
        .findOne();
  }

  /// Looks at the next entries from `from` on for one of this time or later.
  public static Look firstNotBefore(
      TenantTransaction transaction, Instant time, long from, int page) {
    return look(
        transaction,
        """
        select min(log_index) filter (where time >= :time), max(log_index) from (
          select log_index, time from ledger.entry where tenant_id = :tenant and log_index >= :position
          order by log_index limit :page) page\
        """,
        time,
        from,
        page);
  }

  /// Looks back at the entries before `before` for one of an earlier time.
  public static Look lastBefore(
      TenantTransaction transaction, Instant time, long before, int page) {
    return look(
        transaction,
        """
        select max(log_index) filter (where time < :time), min(log_index) from (
          select log_index, time from ledger.entry where tenant_id = :tenant and log_index < :position
          order by log_index desc limit :page) page\
        """,
        time,
        before,
        page);
  }

  private static Look look(
      TenantTransaction transaction, String sql, Instant time, long position, int page) {
    return transaction
        .handle()
        .createQuery(sql)
        .bind("tenant", transaction.tenant().value())
        .bind("time", time.atOffset(ZoneOffset.UTC))
        .bind("position", position)
        .bind("page", page)
        .map((row, _) ->
            new Look(
                Optional.ofNullable(row.getObject(1, Long.class)),
                Optional.ofNullable(row.getObject(2, Long.class))))
        .one();
  }
}
