package dev.countersign.ledger.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.ContentKeyFolder;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.content.ContentKeys.Fingerprint;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/// The fingerprints of the content secrets: which secret belongs to which day.
public final class ContentKeyStore {
  /// Any number that nothing else in the database locks.
  private static final int LOCK = 7466;

  /// Far longer than two nodes need to make a file each.
  private static final String LOCK_TIMEOUT = "set lock_timeout = '10s'";

  private ContentKeyStore() {}

  /// The keys of a database's content, after [#prepare].
  ///
  /// @param folder where the secrets are
  /// @param reader connections as [#recorded] wants them
  /// @param maintenance connections of the role `countersign_maintenance`
  public static ContentKeys open(
      Path folder, DataSource reader, DataSource maintenance, SecureRandom random) {
    var keys = new ContentKeys(new ContentKeyFolder(folder, random), recorded(reader), random);
    prepare(maintenance, keys);
    return keys;
  }

  /// The keys of a database that is only read.
  ///
  /// @param reader connections as [#recorded] wants them
  public static ContentKeys reading(Path folder, DataSource reader, SecureRandom random) {
    return new ContentKeys(new ContentKeyFolder(folder, random), recorded(reader), random);
  }

  /// Reads fingerprints one by one as they are needed, on connections of its own: whoever asks may
  /// hold the head's lock.
  ///
  /// @param source connections of any login that may read them, not from a pool that could be empty
  public static ContentKeys.Recorded recorded(DataSource source) {
    return day -> {
      try (var connection = source.getConnection();
          var statement =
              connection.prepareStatement(
                  """
                  select fingerprint, day <= (now() at time zone 'utc')::date from ledger.content_key
                  where day = cast(? as date) and destroyed_at is null\
                  """)) {
        statement.setString(1, day.sql());
        try (var row = statement.executeQuery()) {
          return row.next()
              ? Optional.of(new Fingerprint(Digest.of(row.getBytes(1)), row.getBoolean(2)))
              : Optional.empty();
        }
      } catch (SQLException e) {
        throw DatabaseFailure.of(e);
      }
    };
  }

  /// Compares every secret that is still needed with its fingerprint, and makes one for what is
  /// kept and for each day that has a partition and none. One node at a time.
  ///
  /// Throws `ContentKeyFailure` for a secret that is missing or another one; then nothing was made.
  ///
  /// @param maintenance connections of the role `countersign_maintenance`
  public static void prepare(DataSource maintenance, ContentKeys keys) {
    try (var connection = maintenance.getConnection()) {
      prepare(connection, keys);
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// The same on a connection in auto-commit mode.
  static void prepare(Connection connection, ContentKeys keys) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(LOCK_TIMEOUT);
      statement.execute("select pg_advisory_lock(" + LOCK + ")");
      try {
        verify(connection, keys);
        for (var day : withoutSecret(connection)) {
          record(connection, day, keys.prepare(day));
        }
      } finally {
        statement.execute("select pg_advisory_unlock(" + LOCK + ")");
        statement.execute("reset lock_timeout");
      }
    }
  }

  private static void verify(Connection connection, ContentKeys keys) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select day::text, fingerprint from ledger.content_key
                where destroyed_at is null and day > (now() at time zone 'utc')::date order by day\
                """)) {
      while (row.next()) {
        keys.verify(ContentDay.of(row.getString(1)), Digest.of(row.getBytes(2)));
      }
    }
  }

  private static List<ContentDay> withoutSecret(Connection connection) throws SQLException {
    return days(
        connection,
        """
        select day::text from (
          select day from ledger.entry_day where day > (now() at time zone 'utc')::date
          union select 'infinity') needed
        where not exists (select from ledger.content_key k where k.day = needed.day) order by day\
        """);
  }

  private static void record(Connection connection, ContentDay day, Digest fingerprint)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "insert into ledger.content_key (day, fingerprint) values (cast(? as date), ?)")) {
      statement.setString(1, day.sql());
      statement.setBytes(2, fingerprint.bytes());
      statement.executeUpdate();
    }
  }

  /// Destroys the secrets of the days that are over and whose partition is gone; those of a copy of
  /// the folder too, in which another node did not destroy them.
  static void destroyOver(Connection connection, ContentKeys keys) throws SQLException {
    for (var day :
        days(
            connection,
            """
            select day::text from ledger.content_key k
            where day <= (now() at time zone 'utc')::date and (destroyed_at is null or destroyed_at > now() - interval '60 days')
              and not exists (
                select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'ledger' and c.relname = 'entry_' || to_char(k.day, 'YYYYMMDD'))
            order by day\
            """)) {
      keys.destroy(day);
      try (var statement =
          connection.prepareStatement(
              """
              update ledger.content_key set destroyed_at = now()
              where day = cast(? as date) and destroyed_at is null\
              """)) {
        statement.setString(1, day.sql());
        statement.executeUpdate();
      }
    }
  }

  private static List<ContentDay> days(Connection connection, String sql) throws SQLException {
    var days = new ArrayList<ContentDay>();
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      while (row.next()) {
        days.add(ContentDay.of(row.getString(1)));
      }
    }
    return days;
  }
}
