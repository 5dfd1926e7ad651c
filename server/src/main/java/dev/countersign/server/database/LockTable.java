package dev.countersign.server.database;

import dev.countersign.server.config.StartRefused;
import java.sql.Connection;
import java.sql.SQLException;

/// The locks that a PostgreSQL of the operator's own has room for.
///
/// A look-up that cannot leave partitions out locks each of them and its indexes, 700 at most. A
/// server with PostgreSQL's default of 64 would fail with *out of shared memory* only under load,
/// so it is told at the start.
final class LockTable {
  static final int LEAST = 256;

  private LockTable() {}

  /// Throws [StartRefused] if there is too little room.
  static void require(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select setting::int from pg_settings where name = 'max_locks_per_transaction'")) {
      row.next();
      require(row.getInt(1));
    }
  }

  static void require(int slots) {
    if (slots < LEAST) {
      throw new StartRefused(
          "`max_locks_per_transaction` of the database of `countersign.database.url` is "
              + slots
              + ", and queries over the partitions of the log need "
              + LEAST,
          "set `max_locks_per_transaction = "
              + LEAST
              + "` in its `postgresql.conf` or with `alter system`, and restart PostgreSQL");
    }
  }
}
