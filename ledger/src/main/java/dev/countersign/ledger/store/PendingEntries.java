package dev.countersign.ledger.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Salt;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/// Entries that are committed with what they record and wait for their index.
public final class PendingEntries {
  private PendingEntries() {}

  /// Writes drafts in their order, in the use case's own transaction.
  public static void write(TenantTransaction transaction, List<AppendPath.Salted> drafts) {
    if (drafts.isEmpty()) {
      return;
    }
    var days = days(transaction, drafts);
    var batch =
        transaction
            .handle()
            .prepareBatch(
                """
                insert into ledger.pending (tenant_id, id, salt, draft, expires_on)
                values (:tenant, :id, :salt, :draft, cast(:expires as date))\
                """);
    for (var salted : drafts) {
      batch
          .bind("tenant", transaction.tenant().value())
          .bind("id", salted.draft().id())
          .bind("salt", salted.salt().bytes())
          .bind("draft", text(salted.draft()))
          .bind("expires", days.getOrDefault(salted.draft().action(), ExpiryDay.NEVER).sql())
          .add();
    }
    batch.execute();
  }

  /// The day on which the content of each action's entries expires if they are written now.
  private static Map<String, ExpiryDay> days(
      TenantTransaction transaction, List<AppendPath.Salted> drafts) {
    var actions = new TreeSet<String>();
    drafts.forEach(salted -> actions.add(salted.draft().action()));
    var days = new TreeMap<String, ExpiryDay>();
    transaction
        .handle()
        .createQuery(
            """
            select action, ledger.expiry_day(:tenant, action)::text as day from unnest(:actions) action\
            """)
        .bind("tenant", transaction.tenant().value())
        .bindArray("actions", String.class, actions)
        .map((row, _) -> days.put(row.getString("action"), ExpiryDay.of(row.getString("day"))))
        .list();
    return days;
  }

  /// Waits until every transaction of the tenant that was recording has ended, at most two seconds:
  /// one whose answer to COMMIT was lost may still be committing.
  public static void outwaitWriters(TenantTransaction transaction) {
    transaction.handle().execute("set local lock_timeout = '2s'");
    transaction
        .handle()
        .createQuery("select pg_advisory_xact_lock(kernel.generation_lock(:tenant)) is null")
        .bind("tenant", transaction.tenant().value())
        .mapTo(Boolean.class)
        .one();
  }

  /// Whether an entry of the transaction's tenant waits for its index.
  public static boolean waits(TenantTransaction transaction, UUID entryId) {
    return transaction
        .handle()
        .createQuery("select exists (select 1 from ledger.pending where id = :id)")
        .bind("id", entryId)
        .mapTo(Boolean.class)
        .one();
  }

  /// Takes the head's lock, then removes and yields the first pending entries: at most `limit`, and
  /// few enough to be written together.
  public static List<AppendPath.Salted> take(Connection connection, int limit) throws SQLException {
    var drafts = new ArrayList<AppendPath.Salted>();
    // The head is locked first: two sequencers that wait for each other's rows would never batch.
    try (var statement =
        connection.prepareStatement(
            """
            select 1 from ledger.head for update;
            with first as (
              select pending_no, sum(octet_length(draft)) over (order by pending_no) - octet_length(draft) as before
              from (select pending_no, draft from ledger.pending order by pending_no limit ?) waiting),
            taken as (
              delete from ledger.pending p using first where p.pending_no = first.pending_no and first.before < ?
              returning p.pending_no, p.salt, p.draft, p.expires_on, p.written_at)
            select salt, draft,
              case when written_at < now() - interval '12 hours' then 'infinity'
                else coalesce((select min(day) from ledger.entry_day where day >= expires_on), 'infinity')::text end
            from taken order by pending_no\
            """)) {
      statement.setInt(1, limit);
      statement.setInt(2, AppendPath.LARGEST_BATCH_BYTES);
      statement.execute();
      statement.getMoreResults();
      try (var row = statement.getResultSet()) {
        while (row.next()) {
          drafts.add(
              new AppendPath.Salted(
                  draft(row.getString(2)).rendered(),
                  Salt.of(row.getBytes(1)),
                  ExpiryDay.of(row.getString(3))));
        }
      }
    }
    return drafts;
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

  /// A draft is kept in the form of an entry that begins a chain; its place is set when it has one.
  private static String text(Entry.Draft draft) {
    return new String(draft.rendered().at(0, Digest.ZERO), StandardCharsets.UTF_8);
  }

  private static Entry.Draft draft(String text) {
    var entry = Entry.parse(text.getBytes(StandardCharsets.UTF_8));
    return new Entry.Draft(
        entry.id(),
        entry.tenant(),
        entry.time(),
        entry.actor(),
        entry.action(),
        entry.resource(),
        entry.resourceId(),
        entry.correlationId(),
        entry.traceId(),
        entry.source(),
        entry.details());
  }
}
