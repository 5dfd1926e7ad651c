package dev.countersign.ledger.store;

import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.ledger.content.ContentKeys;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.sql.DataSource;

/// The partitions of the entries' content, one for each day on which content expires, and the
/// secrets under which it is sealed: made with the partition, destroyed after it.
///
/// Needs the role `countersign_maintenance`. For use by the thread that owns the connection, which
/// MUST be in auto-commit mode: a partition can only be detached without blocking anybody outside
/// of a transaction.
public final class EntryDays implements AutoCloseable {
  /// Any number that nothing else in the database locks.
  private static final int LOCK = 7463;

  /// Few enough that a transaction lasts milliseconds.
  private static final int PAGE = 5_000;

  /// Content that is kept for longer than so many days goes on the first of a month. A query of the
  /// log plans and locks every partition, so their number must not depend on what tenants choose:
  /// it is bounded by this and by the months of the longest retention.
  private static final int LONGEST_BY_DAY = 92;

  private static final String PREFIX = "entry_";

  private final Connection connection;
  private final HeldEntries held;
  private final ContentKeys keys;

  /// Throws [DatabaseFailure] if there is no connection to be had.
  public EntryDays(DataSource maintenance, ContentKeys keys) {
    this.keys = keys;
    try {
      this.connection = maintenance.getConnection();
      this.held = new HeldEntries(connection, keys.sealing());
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// Makes partitions as [#add] does; throws [DatabaseFailure].
  public void prepare(int ahead, SortedSet<Integer> retentions) {
    try {
      add(ahead, retentions);
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// Notes how far the log reaches, makes the partitions that will be needed and drops those that
  /// are over, unless another node is at it; yields the days that were dropped. Throws
  /// [DatabaseFailure]; what was left half done is finished by the next call.
  public List<LocalDate> maintain(int ahead, int retention) {
    var dropped = new ArrayList<LocalDate>();
    try {
      if (one("select pg_try_advisory_lock(" + LOCK + ")")) {
        try {
          noteGrowth();
          add(ahead, new TreeSet<>(List.of(retention)));
          held.release();
          removeLeftOver();
          for (var day : over()) {
            if (end(day)) {
              recordExpired(day);
              remove(name(day));
              dropped.add(day);
            }
          }
          ContentKeyStore.destroyOver(connection, keys);
        } finally {
          one("select pg_advisory_unlock(" + LOCK + ")");
        }
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
    return dropped;
  }

  /// Gives the connection back.
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is given up either way.
    }
  }

  /// Writes down how far the log reaches now, from which queries know what was written when. Never
  /// out of order, whatever the database's clock did.
  private void noteGrowth() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          """
          insert into ledger.growth (at, size) select now(), size from ledger.head
          where not exists (select from ledger.growth where at >= now())\
          """);
    }
  }

  /// Makes partitions for content that is written today and on the days after it, for each of the
  /// retentions that tenants have.
  ///
  /// @param ahead for how many days after today
  /// @param retentions further ones, in days
  private void add(int ahead, SortedSet<Integer> retentions) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select ledger.add_entry_day(day) from (
              select case when days <= ? then needed
                       else (date_trunc('month', needed - 1) + interval '1 month')::date end as day
              from (select days from ledger.retention where days is not null union select unnest(?::int[])) retentions(days)
                cross join generate_series(0, ?) ahead
                cross join lateral (
                  select (now() at time zone 'utc')::date + days + 1 + ahead as needed) first_late_enough
              except select day from ledger.entry_day) missing
            order by day\
            """)) {
      statement.setInt(1, LONGEST_BY_DAY);
      statement.setArray(2, connection.createArrayOf("int4", retentions.toArray()));
      statement.setInt(3, ahead);
      statement.execute();
    }
    ContentKeyStore.prepare(connection, keys);
  }

  /// The days that have begun, oldest first: what expires on them may go.
  public List<LocalDate> over() throws SQLException {
    var days = new ArrayList<LocalDate>();
    try (var statement =
            connection.prepareStatement(
                """
                select day from ledger.entry_day
                where day <= (now() at time zone 'utc')::date order by day\
                """);
        var row = statement.executeQuery()) {
      while (row.next()) {
        days.add(row.getObject(1, LocalDate.class));
      }
    }
    return days;
  }

  /// Writes down which entries are in a day's partition, page by page. Goes on where an interrupted
  /// call ended: a page is one statement, so nothing before the last one written is missing, and
  /// pages may have had another size then.
  public void recordExpired(LocalDate day) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            with page as (
              select tenant_id, log_index from ledger.entry
              where expires_on = ? and (tenant_id, log_index) > (?::uuid, ?)
              order by tenant_id, log_index limit ?
            ), recorded as (
              insert into ledger.expired (tenant_id, first_index, last_index, offsets, day)
              select p.tenant_id, f.first_index, max(p.log_index), array_agg(p.log_index - f.first_index order by p.log_index), ?
              from page p join (select tenant_id, min(log_index) as first_index from page group by tenant_id) f using (tenant_id)
              group by p.tenant_id, f.first_index
            )
            select tenant_id::text, log_index from page order by tenant_id desc, log_index desc limit 1\
            """)) {
      var written = lastExpired(day);
      String tenant = written.tenant();
      long index = written.index();
      boolean more = true;
      while (more) {
        statement.setObject(1, day);
        statement.setString(2, tenant);
        statement.setLong(3, index);
        statement.setInt(4, PAGE);
        statement.setObject(5, day);
        try (var row = statement.executeQuery()) {
          more = row.next();
          if (more) {
            tenant = row.getString(1);
            index = row.getLong(2);
          }
        }
      }
    }
  }

  private record Place(String tenant, long index) {
    static final Place BEFORE_ALL = new Place("00000000-0000-0000-0000-000000000000", -1);
  }

  private Place lastExpired(LocalDate day) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select tenant_id::text, last_index from ledger.expired where day = ?
            order by tenant_id desc, last_index desc limit 1\
            """)) {
      statement.setObject(1, day);
      try (var row = statement.executeQuery()) {
        return row.next() ? new Place(row.getString(1), row.getLong(2)) : Place.BEFORE_ALL;
      }
    }
  }

  /// Takes out what is on hold and ends a day, after which nothing saves what is left in it; false
  /// while an entry waits for its index that goes with the day.
  ///
  /// Whoever sets a hold either commits before, and is seen here, or finds the day ended.
  private boolean end(LocalDate day) throws SQLException {
    while (true) {
      long seen = held.newest();
      held.takeOut(day);
      connection.setAutoCommit(false);
      try (var lock = connection.createStatement();
          var ending =
              connection.prepareStatement(
                  """
                  delete from ledger.entry_day
                  where day = ? and not exists (select from ledger.pending where expires_on <= ?)\
                  """)) {
        lock.execute("select pg_advisory_xact_lock_shared(ledger.hold_lock())");
        if (held.newest() == seen) {
          ending.setObject(1, day);
          ending.setObject(2, day);
          boolean ended = ending.executeUpdate() == 1;
          connection.commit();
          return ended;
        }
      } finally {
        // Also ends a transaction that failed.
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /// Goes on where an interrupted [#maintain] ended: days that have ended and whose partitions are
  /// still there; never one whose day is to come.
  private void removeLeftOver() throws SQLException {
    for (var left :
        names(
            """
            select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'ledger' and c.relkind = 'r' and c.relname ~ '^entry_[0-9]{8}$'
              and c.relname <= 'entry_' || to_char(now() at time zone 'utc', 'YYYYMMDD')
              and not exists (
                select from ledger.entry_day d where 'entry_' || to_char(d.day, 'YYYYMMDD') = c.relname)
            order by 1\
            """)) {
      recordExpired(
          LocalDate.parse(left.substring(PREFIX.length()), DateTimeFormatter.BASIC_ISO_DATE));
      remove(left);
    }
  }

  private void remove(String partition) throws SQLException {
    var pending =
        names(
            """
            select case when i.inhdetachpending then 'finalize' else 'concurrently' end
            from pg_inherits i where i.inhrelid = 'ledger.%s'::regclass\
            """
                .formatted(partition));
    try (var statement = connection.createStatement()) {
      for (var how : pending) {
        statement.execute(
            "alter table ledger.entry detach partition ledger.%s %s".formatted(partition, how));
      }
      statement.execute("drop table ledger." + partition);
    }
  }

  private static String name(LocalDate day) {
    return PREFIX + DateTimeFormatter.BASIC_ISO_DATE.format(day);
  }

  private boolean one(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private List<String> names(String sql) throws SQLException {
    var names = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    return names;
  }
}
