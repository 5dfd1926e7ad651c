package dev.countersign.ledger.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.EntryStore.Stored;
import dev.countersign.ledger.store.EntryWalk.Direction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The log as it is followed: a tenant's entries by index, from a position on.
///
/// An index is given under the log's lock, so whoever sees one sees every smaller one: a follower
/// that has read up to the size of the log has missed nothing. There is no second outbox.
public final class EntryFeed {
  private EntryFeed() {}

  /// What is read of each entry besides its columns.
  public enum Content {
    /// Nothing is opened: for whoever only notes what there is.
    LEFT,
    OPENED
  }

  /// An entry on its way to somebody.
  ///
  /// @param content empty if it was left, erased, or cannot be opened any more
  public record Told(
      long logIndex,
      UUID id,
      UUID correlationId,
      Instant time,
      String action,
      Optional<Stored> content) {}

  /// What stands between two positions.
  ///
  /// @param next where to go on
  /// @param end whether nothing is beyond
  public record Stretch(List<Told> entries, long next, boolean end) {
    public Stretch {
      entries = List.copyOf(entries);
    }
  }

  /// How far the log of all tenants reaches.
  public static long size(TenantTransaction transaction) {
    return transaction.handle().createQuery("select size from ledger.head").mapTo(Long.class).one();
  }

  /// The tenant's next entries from `from` on, at most `limit`, in the order of the log. Content
  /// that is gone is told without it; an entry whose day has ended is not told at all.
  public static Stretch read(
      TenantTransaction transaction, Sealing sealing, long from, int limit, Content content) {
    // Before the entries: what gets its index meanwhile is for the next time.
    long size = size(transaction);
    var found = new ArrayList<Told>();
    long next = from;
    int days = 1;
    while (next < size) {
      var window =
          EntryWindow.beyond(
              transaction,
              Direction.OLDEST_FIRST,
              next - 1,
              days,
              Optional.empty(),
              Optional.empty());
      long edge = Math.min(size, window.edge());
      found.addAll(within(transaction, sealing, window, next, edge, limit - found.size(), content));
      if (found.size() == limit) {
        long beyond = found.getLast().logIndex() + 1;
        return new Stretch(found, beyond, beyond == size);
      }
      next = window.last() ? size : edge;
      days = Math.min(2 * days, EntryWalk.LONGEST_WINDOW);
    }
    return new Stretch(found, Math.max(next, from), true);
  }

  /// One entry with its content.
  public static Optional<Told> at(TenantTransaction transaction, Sealing sealing, long logIndex) {
    var window = EntryWindow.around(transaction, logIndex);
    return within(transaction, sealing, window, logIndex, logIndex + 1, 1, Content.OPENED).stream()
        .findFirst();
  }

  private static List<Told> within(
      TenantTransaction transaction,
      Sealing sealing,
      EntryWindow window,
      long from,
      long before,
      int limit,
      Content content) {
    return transaction
        .handle()
        .createQuery(
            """
            select log_index, correlation_id, time, action, <sealed>, <place> from ledger.entry
            where tenant_id = :tenant and log_index >= :from and log_index < :before<window>
            order by log_index limit :limit\
            """
                .replace("<sealed>", content == Content.OPENED ? "sealed" : "null::bytea as sealed")
                .replace("<place>", EntryContent.PLACE)
                .replace("<window>", window.condition()))
        .bind("tenant", transaction.tenant().value())
        .bind("from", from)
        .bind("before", before)
        .bind("limit", limit)
        .map((row, _) -> told(transaction, sealing, row))
        .list();
  }

  private static Told told(TenantTransaction transaction, Sealing sealing, ResultSet row)
      throws SQLException {
    return new Told(
        row.getLong("log_index"),
        row.getObject("id", UUID.class),
        row.getObject("correlation_id", UUID.class),
        row.getTimestamp("time").toInstant(),
        row.getString("action"),
        EntryStore.stored(transaction, sealing, row));
  }
}
