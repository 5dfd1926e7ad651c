package dev.countersign.ledger.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Leaf;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.store.EntryWalk.Direction;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;

/// Reads a tenant's entries.
public final class EntryStore {
  private static final int DEPTH = 64;

  /// Rows of what expired that one page opens; each holds a few thousand positions.
  private static final int EXPIRED_OPENED = 8;

  /// An escaped U+0000, which details may hold, cannot be cast; no member that is searched has one.
  private static final String CONTENT = "replace(content, '\\u0000', '\\ufffd')::jsonb";

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

  /// What is looked for; every given condition must hold.
  public record Filter(
      Optional<UUID> correlationId,
      Optional<String> action,
      Optional<String> actor,
      Optional<String> resource,
      Optional<String> resourceId,
      Optional<Instant> from,
      Optional<Instant> to) {}

  public static Optional<Stored> at(TenantTransaction transaction, long logIndex) {
    return transaction
        .handle()
        .createQuery(
            """
            select log_index, salt, content from ledger.entry
            where tenant_id = :tenant and log_index = :index and content is not null\
            """
                + EntryWindow.around(transaction, logIndex).condition())
        .bind("tenant", transaction.tenant().value())
        .bind("index", logIndex)
        .map(EntryStore::stored)
        .findOne();
  }

  /// The entry `id` of the governed action `correlationId`.
  public static Optional<Stored> of(TenantTransaction transaction, UUID correlationId, UUID id) {
    return transaction
        .handle()
        .createQuery(
            """
            select log_index, salt, content from ledger.entry
            where tenant_id = :tenant and correlation_id = :correlation and id = :id and content is not null\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("correlation", correlationId)
        .bind("id", id)
        .map(EntryStore::stored)
        .findOne();
  }

  /// Newest first, those before `before`, at most `limit`.
  public static List<Stored> search(
      TenantTransaction transaction, Filter filter, long before, int limit) {
    // The entries of one governed action are found by their index, wherever they are.
    if (filter.correlationId().isPresent()) {
      return search(transaction, filter, Optional.empty(), before, limit);
    }
    var found = new ArrayList<Stored>();
    long next = before;
    int days = 1;
    boolean more = true;
    while (more) {
      var window =
          EntryWindow.beyond(
              transaction,
              Direction.NEWEST_FIRST,
              next,
              days,
              filter.from().map(from -> from.minus(EntryWalk.DISORDER)),
              filter.to().map(to -> to.plus(EntryWalk.DISORDER)));
      found.addAll(search(transaction, filter, Optional.of(window), next, limit - found.size()));
      more = found.size() < limit && !window.last();
      next = Direction.NEWEST_FIRST.before(window.edge());
      days = Math.min(2 * days, EntryWalk.LONGEST_WINDOW);
    }
    return found;
  }

  private static List<Stored> search(
      TenantTransaction transaction,
      Filter filter,
      Optional<EntryWindow> window,
      long before,
      int limit) {
    var sql =
        new StringBuilder(
            "select log_index, salt, content from ledger.entry where tenant_id = :tenant and log_index < :before and content is not null");
    window.ifPresent(piece -> sql.append(" and log_index > :edge").append(piece.condition()));
    filter.correlationId().ifPresent(_ -> sql.append(" and correlation_id = :correlation"));
    filter.action().ifPresent(_ -> sql.append(" and action = :action"));
    filter.from().ifPresent(_ -> sql.append(" and time >= :from"));
    filter.to().ifPresent(_ -> sql.append(" and time < :to"));
    filter.actor().ifPresent(_ -> sql.append(" and " + CONTENT + " ->> 'actor' = :actor"));
    filter.resource().ifPresent(_ -> sql.append(" and " + CONTENT + " ->> 'resource' = :resource"));
    filter
        .resourceId()
        .ifPresent(_ -> sql.append(" and " + CONTENT + " ->> 'resource_id' = :resource_id"));
    sql.append(" order by log_index desc limit :limit");
    var query =
        transaction
            .handle()
            .createQuery(sql.toString())
            .bind("tenant", transaction.tenant().value())
            .bind("before", before)
            .bind("limit", limit);
    window.ifPresent(piece -> query.bind("edge", piece.edge()));
    filter.correlationId().ifPresent(id -> query.bind("correlation", id));
    filter.action().ifPresent(action -> query.bind("action", action));
    filter.actor().ifPresent(actor -> query.bind("actor", actor));
    filter.resource().ifPresent(resource -> query.bind("resource", resource));
    filter.resourceId().ifPresent(id -> query.bind("resource_id", id));
    filter.from().ifPresent(from -> query.bind("from", Timestamp.from(from)));
    filter.to().ifPresent(to -> query.bind("to", Timestamp.from(to)));
    return query.map(EntryStore::stored).list();
  }

  /// One position of a tenant in the log.
  ///
  /// @param stored empty if the content is gone
  /// @param expired the day on which the content expired, if that is why it is gone
  public record Position(long logIndex, Optional<Stored> stored, Optional<LocalDate> expired) {}

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
  public static Page page(TenantTransaction transaction, long from, long size, int limit) {
    long before = Math.min(size, beginningOfLaterExpired(transaction, from).orElse(size));
    var positions = positions(transaction, from, before, limit);
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
      TenantTransaction transaction, long from, long before, int limit) {
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
      positions.addAll(positions(transaction, window, next, edge, limit - positions.size()));
      more = positions.size() < limit && !window.last() && edge < before;
      next = edge;
      days = Math.min(2 * days, EntryWalk.LONGEST_WINDOW);
    }
    return positions;
  }

  private static List<Position> positions(
      TenantTransaction transaction, EntryWindow window, long from, long before, int limit) {
    return transaction
        .handle()
        .createQuery(
            """
            select distinct on (log_index) log_index, salt, content, day from (
              (select log_index, salt, content, null::date as day from ledger.entry
               where tenant_id = :tenant and log_index >= :from and log_index < :before<window>
               order by log_index limit :limit)
              union all
              (select x.first_index + o, null, null, x.day
               from ledger.expired x cross join unnest(x.offsets) o
               where x.tenant_id = :tenant and x.first_index < :before and x.last_index >= :from
                 and x.first_index + o >= :from and x.first_index + o < :before
               order by 1 limit :limit)) positions
            order by log_index, day nulls first limit :limit\
            """
                .replace("<window>", window.condition()))
        .bind("tenant", transaction.tenant().value())
        .bind("from", from)
        .bind("before", before)
        .bind("limit", limit)
        .map((row, context) ->
            new Position(
                row.getLong("log_index"),
                row.getString("content") == null
                    ? Optional.empty()
                    : Optional.of(stored(row, context)),
                Optional.ofNullable(row.getObject("day", LocalDate.class))))
        .list();
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

  /// Whether an entry of the tenant waits for its index.
  public static boolean anyPending(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery("select exists (select 1 from ledger.pending where tenant_id = :tenant)")
        .bind("tenant", transaction.tenant().value())
        .mapTo(Boolean.class)
        .one();
  }

  private static Stored stored(ResultSet row, StatementContext context) throws SQLException {
    return new Stored(
        row.getLong("log_index"), Salt.of(row.getBytes("salt")), row.getString("content"));
  }
}
