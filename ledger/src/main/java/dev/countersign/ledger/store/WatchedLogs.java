package dev.countersign.ledger.store;

import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.ledger.SignedNote;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;

/// What we have cosigned last of each log for which we are a witness.
///
/// Safe for use by many threads.
public final class WatchedLogs {
  private final DataSource dataSource;

  /// @param dataSource connections of the application's role
  public WatchedLogs(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /// The latest cosigned checkpoint of a log, and when that was.
  public record Latest(SignedNote note, Instant time) {}

  /// One log's row under its lock, in an open transaction.
  public static final class Locked {
    private final Connection connection;
    private final String origin;
    private final Optional<Latest> latest;

    private Locked(Connection connection, String origin, Optional<Latest> latest) {
      this.connection = connection;
      this.origin = origin;
      this.latest = latest;
    }

    public Optional<Latest> latest() {
      return latest;
    }

    /// Keeps what is cosigned; durable before [WatchedLogs#update] returns.
    public void keep(SignedNote note, Instant time) throws SQLException {
      try (var statement =
          connection.prepareStatement(
              "update ledger.watched_log set note = ?, cosigned_at = ? where origin = ?")) {
        statement.setString(1, note.toString());
        statement.setTimestamp(2, Timestamp.from(time));
        statement.setString(3, origin);
        statement.executeUpdate();
      }
    }

    public Alarms alarms() {
      return new Alarms(connection);
    }
  }

  /// What is done under the lock.
  @FunctionalInterface
  public interface Work<T> {
    T in(Locked log) throws SQLException;
  }

  /// Locks a log's row, does `work` and commits; so one checkpoint after the other is judged,
  /// however many nodes there are. Throws [DatabaseFailure], and then nothing may be said to
  /// anyone.
  public <T> T update(String origin, Work<T> work) {
    try (var connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        begin(connection, origin);
        var done = work.in(new Locked(connection, origin, locked(connection, origin)));
        connection.commit();
        return done;
      } finally {
        // Does nothing after the commit; and no pool sees an open transaction.
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  private static void begin(Connection connection, String origin) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off';
            insert into ledger.watched_log (origin) values (?) on conflict do nothing\
            """)) {
      statement.setString(1, origin);
      statement.execute();
    }
  }

  private static Optional<Latest> locked(Connection connection, String origin) throws SQLException {
    return read(
        connection,
        "select note, cosigned_at from ledger.watched_log where origin = ? for update",
        origin);
  }

  /// The latest checkpoint of a log with the signatures of the log and ours.
  public Optional<Latest> latest(String origin) {
    try (var connection = dataSource.getConnection()) {
      return read(
          connection, "select note, cosigned_at from ledger.watched_log where origin = ?", origin);
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  private static Optional<Latest> read(Connection connection, String sql, String origin)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, origin);
      try (var row = statement.executeQuery()) {
        if (!row.next() || row.getString(1) == null) {
          return Optional.empty();
        }
        var time = row.getObject(2, OffsetDateTime.class).withOffsetSameInstant(ZoneOffset.UTC);
        return Optional.of(new Latest(SignedNote.parse(row.getString(1)), time.toInstant()));
      }
    }
  }
}
