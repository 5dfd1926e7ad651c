package dev.countersign.ledger.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.RowsOf;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.content.Sealing.Place;
import dev.countersign.ledger.content.Sealing.Sealed;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/// Entries that are committed with what they record and wait for their index.
public final class PendingEntries {
  private PendingEntries() {}

  /// Writes drafts in their order, in the use case's own transaction.
  public static void write(
      TenantTransaction transaction,
      List<AppendPath.Salted> drafts,
      Limited limited,
      Sealing sealing) {
    if (drafts.isEmpty()) {
      return;
    }
    var days = days(transaction, drafts, limited);
    ROWS.later(
        transaction,
        drafts.stream()
            .map(salted ->
                sealed(
                    salted, days.getOrDefault(salted.draft().action(), ContentDay.KEPT), sealing))
            .toList());
  }

  private static Sealed sealed(AppendPath.Salted salted, ContentDay day, Sealing sealing) {
    var place = new Place(salted.draft().tenant(), salted.draft().id(), day);
    return new Sealed(place, sealing.seal(place, salted.salt(), salted.entry().text().packed()));
  }

  private static final RowsOf<Sealed> ROWS =
      new RowsOf<>(
          "insert into ledger.pending (tenant_id, id, sealed, expires_on) values",
          "(:tenant, :id#, :sealed#, cast(:expires# as date))",
          4,
          (row, sealed) ->
              row.bind("id", sealed.place().entry())
                  .bind("sealed", sealed.bytes())
                  .bind("expires", sealed.place().day().sql()));

  /// The actions whose content the tenant does not keep for ever, as they are asked for with the
  /// next statement; mostly there are none.
  public record Limited(Query.Rows<String> actions) {}

  /// Asks for them ahead.
  public static Limited limited(TenantTransaction transaction) {
    return new Limited(
        transaction
            .query("select action from ledger.retention where tenant_id = :tenant")
            .bind("tenant", transaction.tenant().value())
            .mapTo(String.class)
            .ahead());
  }

  /// The day on which the content of each action's entries expires if they are written now.
  private static Map<String, ContentDay> days(
      TenantTransaction transaction, List<AppendPath.Salted> drafts, Limited limited) {
    var actions = new TreeSet<>(limited.actions().list());
    // Theirs expires also where he set nothing.
    actions.add(RetentionStore.DECISIONS);
    actions.retainAll(drafts.stream().map(salted -> salted.draft().action()).toList());
    var days = new TreeMap<String, ContentDay>();
    actions.forEach(action -> days.put(action, day(transaction, action)));
    return days;
  }

  private static ContentDay day(TenantTransaction transaction, String action) {
    return transaction
        .query("select ledger.expiry_day(:tenant, :action)::text")
        .bind("tenant", transaction.tenant().value())
        .bind("action", action)
        .map((row, _) -> ContentDay.of(row.getString(1)))
        .one();
  }

  /// Waits until every transaction of the tenant that was recording has ended, at most two seconds:
  /// one whose answer to COMMIT was lost may still be committing.
  public static void outwaitWriters(TenantTransaction transaction) {
    transaction.handle().execute("set local lock_timeout = '2s'");
    transaction
        .query("select pg_advisory_xact_lock(kernel.generation_lock(:tenant)) is null")
        .bind("tenant", transaction.tenant().value())
        .mapTo(Boolean.class)
        .one();
  }

  /// Whether an entry of the transaction's tenant waits for its index.
  public static boolean waits(TenantTransaction transaction, UUID entryId) {
    return transaction
        .query("select exists (select 1 from ledger.pending where id = :id)")
        .bind("id", entryId)
        .mapTo(Boolean.class)
        .one();
  }

  /// The number of the last entry of the transaction's tenant that waits for its index.
  public static OptionalLong last(TenantTransaction transaction) {
    return transaction
        .query("select max(pending_no) as last from ledger.pending where tenant_id = :tenant")
        .bind("tenant", transaction.tenant().value())
        .map((row, _) -> {
          long last = row.getLong("last");
          return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(last);
        })
        .one();
  }

  /// Whether an entry of the transaction's tenant up to that number waits for its index.
  public static boolean waits(TenantTransaction transaction, long upTo) {
    return transaction
        .query(
            """
            select exists (select 1 from ledger.pending where tenant_id = :tenant and pending_no <= :last)\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("last", upTo)
        .mapTo(Boolean.class)
        .one();
  }

  /// How many entries have their index, of all tenants.
  public static long logSize(TenantTransaction transaction) {
    return transaction.query("select size from ledger.head").mapTo(Long.class).one();
  }

  /// Entries that were taken to be given their places.
  ///
  /// @param head locked until the transaction ends
  /// @param all whether none was left that could have been taken
  public record Taken(CompactRange head, List<AppendPath.Salted> drafts, boolean all) {}

  /// Takes the head's lock, then removes and yields the first pending entries: at most `limit`, and
  /// few enough to be written together.
  public static Taken take(Connection connection, int limit, Sealing sealing) throws SQLException {
    // The head is locked first: two sequencers that wait for each other's rows would never batch.
    try (var statement = connection.prepareStatement(TAKE)) {
      statement.setInt(1, limit);
      statement.setInt(2, AppendPath.LARGEST_BATCH_BYTES);
      statement.execute();
      CompactRange head;
      try (var row = statement.getResultSet()) {
        row.next();
        head = AppendPath.range(row, 1);
      }
      statement.getMoreResults();
      var drafts = new ArrayList<AppendPath.Salted>();
      long bytes = 0;
      try (var row = statement.getResultSet()) {
        while (row.next()) {
          var sealed = sealed(row);
          bytes += sealed.bytes().length;
          drafts.add(opened(sealed, ContentDay.of(row.getString(5)), sealing));
        }
      }
      boolean all = drafts.size() < limit && bytes < AppendPath.LARGEST_BATCH_BYTES;
      return new Taken(head, drafts, all);
    }
  }

  private static final String TAKE =
      AppendPath.LOCKED_HEAD
          + """
          ;
          with first as (
            select pending_no, sum(octet_length(sealed)) over (order by pending_no) - octet_length(sealed) as before
            from (select pending_no, sealed from ledger.pending order by pending_no limit ?) waiting),
          taken as (
            delete from ledger.pending p using first where p.pending_no = first.pending_no and first.before < ?
            returning p.pending_no, p.tenant_id, p.id, p.sealed, p.expires_on, p.written_at)
          select tenant_id, id, sealed, expires_on::text,
            case when written_at < now() - interval '12 hours' then 'infinity'
              else coalesce((
                select min(d.day) from ledger.entry_day d
                where d.day >= expires_on
                  and exists (select from ledger.content_key k where k.day = d.day and k.destroyed_at is null)), 'infinity')::text end
          from taken order by pending_no\
          """;

  private static Sealed sealed(ResultSet row) throws SQLException {
    return new Sealed(
        new Place(
            new TenantId(row.getObject(1, UUID.class)),
            row.getObject(2, UUID.class),
            ContentDay.of(row.getString(4))),
        row.getBytes(3));
  }

  /// @param day on which the content expires by what is known now
  private static AppendPath.Salted opened(Sealed sealed, ContentDay day, Sealing sealing) {
    var content =
        sealing
            .read(sealed.place(), sealed.bytes())
            .orElseThrow(() ->
                new IllegalStateException(
                    "the secret of a day was destroyed before its entries had their index"));
    return new AppendPath.Salted(
        Entry.Rendered.of(Entry.Unplaced.unpacked(content.text())),
        content.salt(),
        day,
        Optional.of(sealed));
  }

  /// How many wait, at most `limit`, without taking a lock.
  public static int count(Connection connection, int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "select count(*) from (select 1 from ledger.pending limit ?) waiting")) {
      statement.setInt(1, limit);
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
