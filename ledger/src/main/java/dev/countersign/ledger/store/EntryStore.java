package dev.countersign.ledger.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Leaf;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.EntryWalk.Direction;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Reads a tenant's entries.
public final class EntryStore {
  private static final int DEPTH = 64;

  /// Rows of what expired that one page opens; each holds a few thousand positions.
  private static final int EXPIRED_OPENED = 8;

  private EntryStore() {}

  /// An entry as it is stored: its index, salt and canonical text.
  public record Stored(long logIndex, Salt salt, String content) {
    public Entry entry() {
      return Entry.parse(content.getBytes(StandardCharsets.UTF_8));
    }

    public JsonObject json() {
      return (JsonObject) JsonReader.read(content, DEPTH);
    }

    public Digest leafHash() {
      return Leaf.hash(Leaf.commitment(salt.bytes(), content.getBytes(StandardCharsets.UTF_8)));
    }
  }

  public static Optional<Stored> at(TenantTransaction transaction, Sealing sealing, long logIndex) {
    return transaction
        .handle()
        .createQuery(
            """
            select log_index, sealed, <place> from ledger.entry
            where tenant_id = :tenant and log_index = :index and sealed is not null\
            """
                    .replace("<place>", EntryContent.PLACE)
                + EntryWindow.around(transaction, logIndex).condition())
        .bind("tenant", transaction.tenant().value())
        .bind("index", logIndex)
        .map((row, _) -> stored(transaction, sealing, row))
        .findOne()
        .flatMap(stored -> stored);
  }

  /// The entry `id` of the governed action `correlationId`.
  public static Optional<Stored> of(
      TenantTransaction transaction, Sealing sealing, UUID correlationId, UUID id) {
    return transaction
        .handle()
        .createQuery(
            """
            select log_index, sealed, <place> from ledger.entry
            where tenant_id = :tenant and correlation_id = :correlation and id = :id and sealed is not null\
            """
                .replace("<place>", EntryContent.PLACE))
        .bind("tenant", transaction.tenant().value())
        .bind("correlation", correlationId)
        .bind("id", id)
        .map((row, _) -> stored(transaction, sealing, row))
        .findOne()
        .flatMap(stored -> stored);
  }

  /// The newest entry that stands before this index and has its content.
  public static Optional<Stored> lastBefore(
      TenantTransaction transaction, Sealing sealing, long logIndex) {
    return next(transaction, sealing, "log_index < :index", "desc", logIndex);
  }

  /// The oldest entry that stands behind this index and has its content.
  public static Optional<Stored> firstAfter(
      TenantTransaction transaction, Sealing sealing, long logIndex) {
    return next(transaction, sealing, "log_index > :index", "asc", logIndex);
  }

  private static Optional<Stored> next(
      TenantTransaction transaction, Sealing sealing, String beyond, String order, long logIndex) {
    return transaction
        .handle()
        .createQuery(
            """
            select log_index, sealed, <place> from ledger.entry
            where tenant_id = :tenant and <beyond> and sealed is not null
            order by log_index <order> limit 1\
            """
                .replace("<place>", EntryContent.PLACE)
                .replace("<beyond>", beyond)
                .replace("<order>", order))
        .bind("tenant", transaction.tenant().value())
        .bind("index", logIndex)
        .map((row, _) -> stored(transaction, sealing, row))
        .findOne()
        .flatMap(stored -> stored);
  }

  /// One position of a tenant in the log.
  ///
  /// @param stored empty if the content is gone
  /// @param gone when and why the content went, as far as that was written down
  public record Position(long logIndex, Optional<Stored> stored, Optional<Gone> gone) {}

  /// That content was erased or expired.
  public record Gone(Instant time, String reason) {
    /// Why an entry is gone that nobody erased.
    public static final String EXPIRED = "retention";

    /// Instead of a reason that was erased itself.
    private static final String FORGOTTEN = "its reason was erased";

    private static Gone on(LocalDate day) {
      return new Gone(day.atStartOfDay(ZoneOffset.UTC).toInstant(), EXPIRED);
    }

    private static Gone of(ResultSet row) throws SQLException {
      var erased = row.getTimestamp("erased_at");
      if (erased == null) {
        return on(row.getObject("day", LocalDate.class));
      }
      var reason = row.getString("reason");
      return new Gone(erased.toInstant(), reason.isEmpty() ? FORGOTTEN : reason);
    }
  }

  /// A position of the tenant, whether or not its content is still there.
  public static Optional<Position> position(
      TenantTransaction transaction, Sealing sealing, long logIndex) {
    var window = EntryWindow.around(transaction, logIndex);
    return positions(transaction, sealing, window, logIndex, logIndex + 1, 1).stream().findFirst();
  }

  /// Positions in the order of the log.
  ///
  /// @param next where the page after this one begins; empty if there is none
  public record Page(List<Position> positions, Optional<Long> next) {
    public Page {
      positions = List.copyOf(positions);
    }
  }

  /// In the order of the log, from `from` on and under `size`, at most `limit`; also those whose
  /// content is gone.
  ///
  /// May have fewer than `limit` where content has expired: one row tells of thousands, so only a
  /// few are opened at a time, and a page ends where the next one of them begins.
  public static Page page(
      TenantTransaction transaction, Sealing sealing, long from, long size, int limit) {
    long before = Math.min(size, beginningOfLaterExpired(transaction, from).orElse(size));
    var positions = positions(transaction, sealing, from, before, limit);
    if (positions.size() == limit) {
      return new Page(positions, Optional.of(positions.getLast().logIndex() + 1));
    }
    return new Page(positions, before < size ? Optional.of(before) : Optional.empty());
  }

  private static Optional<Long> beginningOfLaterExpired(TenantTransaction transaction, long from) {
    return transaction
        .handle()
        .createQuery(
            """
            select first_index from ledger.expired where tenant_id = :tenant and first_index >= :from
            order by first_index offset :opened limit 1\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("from", from)
        .bind("opened", EXPIRED_OPENED)
        .mapTo(Long.class)
        .findOne();
  }

  private static List<Position> positions(
      TenantTransaction transaction, Sealing sealing, long from, long before, int limit) {
    var positions = new ArrayList<Position>();
    long next = from;
    int days = 1;
    boolean more = true;
    while (more) {
      var window =
          EntryWindow.beyond(
              transaction,
              Direction.OLDEST_FIRST,
              next - 1,
              days,
              Optional.empty(),
              Optional.empty());
      long edge = Math.min(before, window.edge());
      positions.addAll(
          positions(transaction, sealing, window, next, edge, limit - positions.size()));
      more = positions.size() < limit && !window.last() && edge < before;
      next = edge;
      days = Math.min(2 * days, EntryWalk.LONGEST_WINDOW);
    }
    return positions;
  }

  private static List<Position> positions(
      TenantTransaction transaction,
      Sealing sealing,
      EntryWindow window,
      long from,
      long before,
      int limit) {
    return transaction
        .handle()
        .createQuery(
            """
            select distinct on (log_index) log_index, sealed, id, expires, tenant_seq, previous, day, x.erased_at, x.reason from (
              (select log_index, sealed, <place>, null::date as day from ledger.entry
               where tenant_id = :tenant and <from> and log_index < :before<window>
               order by log_index limit :limit)
              union all
              (select x.first_index + o, null, null, null, null, null, x.day
               from ledger.expired x cross join unnest(x.offsets) o
               where x.tenant_id = :tenant and x.first_index < :before and x.last_index >= :from
                 and x.first_index + o >= :from and x.first_index + o < :before
               order by 1 limit :limit)) positions
              left join lateral (
                select erased_at, reason from ledger.erasure e
                where e.tenant_id = :tenant and e.log_index = positions.log_index) x on true
            order by log_index, day nulls first limit :limit\
            """
                .replace("<place>", EntryContent.PLACE)
                // Of one index it is said that it is one: for a range the planner expects thousands
                // of rows and makes a plan anew each time, which takes ten times as long.
                .replace("<from>", before - from == 1 ? "log_index = :from" : "log_index >= :from")
                .replace("<window>", window.condition()))
        .bind("tenant", transaction.tenant().value())
        .bind("from", from)
        .bind("before", before)
        .bind("limit", limit)
        .map((row, _) -> position(transaction, sealing, row))
        .list();
  }

  /// Until when content was recorded that is gone and stood before this index; empty if none is.
  public static Optional<Instant> goneUntil(
      TenantTransaction transaction, Sealing sealing, long before) {
    return transaction
        .handle()
        .createQuery(
            """
            select max(last) from (
              select max(last_index) as last from ledger.expired
              where tenant_id = :tenant and first_index < :before
              union all
              select max(log_index) from ledger.erasure
              where tenant_id = :tenant and log_index < :before) gone\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("before", before)
        .mapTo(Long.class)
        .findOne()
        .flatMap(last -> firstAfter(transaction, sealing, last))
        .map(next -> next.entry().time());
  }

  /// How many entries the tenant has in the log.
  public static long count(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery("select next_seq from ledger.chain where tenant_id = :tenant")
        .bind("tenant", transaction.tenant().value())
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }

  private static Position position(TenantTransaction transaction, Sealing sealing, ResultSet row)
      throws SQLException {
    long index = row.getLong("log_index");
    if (row.getBytes("sealed") != null) {
      var stored = stored(transaction, sealing, row);
      return new Position(
          index,
          stored,
          stored.isPresent()
              ? Optional.empty()
              : Optional.of(Gone.on(LocalDate.parse(row.getString("expires")))));
    }
    return new Position(
        index,
        Optional.empty(),
        row.getTimestamp("erased_at") == null && row.getDate("day") == null
            ? Optional.empty()
            : Optional.of(Gone.of(row)));
  }

  /// The content of a row, if it has one; empty too if the secret of its day is destroyed, as in a
  /// database that was restored from a backup.
  static Optional<Stored> stored(TenantTransaction transaction, Sealing sealing, ResultSet row)
      throws SQLException {
    long index = row.getLong("log_index");
    return EntryContent.read(sealing, transaction.tenant(), row)
        .map(clear -> new Stored(index, clear.salt(), clear.text()));
  }
}
