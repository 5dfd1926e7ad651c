package dev.countersign.ledger.store;

import dev.countersign.kernel.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/// Whose turn it is to ask a witness, and what is known of it: one node asks at a time, and no more
/// often than its interval says, however many nodes there are.
///
/// A turn is a lock of the session, not of a transaction: while a witness thinks, no snapshot is
/// open, and a node that dies gives it back. For use by the thread that owns the connection, which
/// MUST be in auto-commit mode.
public final class WitnessTurns {
  /// Any number that nothing else in the database locks.
  private static final int LOCK = 7465;

  private final Connection connection;
  private final String witness;

  public WitnessTurns(Connection connection, String witness) {
    this.connection = connection;
    this.witness = witness;
  }

  /// What is known of a witness.
  ///
  /// @param size of the checkpoint that it cosigned last, as far as we know
  /// @param due whether it is to be asked by now
  /// @param answered when it cosigned last
  public record Known(
      long size, boolean due, Optional<Instant> answered, int failures, Optional<String> problem) {}

  /// Takes the turn; false if another node has it.
  public boolean take() throws SQLException {
    return lock("select pg_try_advisory_lock(?, ?)");
  }

  public void giveBack() throws SQLException {
    lock("select pg_advisory_unlock(?, ?)");
  }

  private boolean lock(String sql) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setInt(1, LOCK);
      statement.setInt(
          2,
          ByteBuffer.wrap(Digest.sha256(witness.getBytes(StandardCharsets.UTF_8)).bytes())
              .getInt());
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  public Known known() throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select size, due_at <= clock_timestamp(), answered_at, failures, problem
            from ledger.witness where name = ?\
            """)) {
      statement.setString(1, witness);
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          return new Known(0, true, Optional.empty(), 0, Optional.empty());
        }
        return new Known(
            row.getLong(1),
            row.getBoolean(2),
            Optional.ofNullable(row.getObject(3, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant),
            row.getInt(4),
            Optional.ofNullable(row.getString(5)));
      }
    }
  }

  /// Keeps that it cosigned `size` entries; it is asked again after `pause`.
  public void cosigned(long size, Duration pause) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into ledger.witness (name, size, due_at, answered_at)
            values (?, ?, clock_timestamp() + make_interval(secs => ?), clock_timestamp())
            on conflict (name) do update set size = excluded.size, due_at = excluded.due_at,
              answered_at = excluded.answered_at, failures = 0, problem = null\
            """)) {
      statement.setString(1, witness);
      statement.setLong(2, size);
      statement.setDouble(3, pause.toMillis() / 1000.0);
      statement.executeUpdate();
    }
  }

  /// Keeps how much it says it has cosigned.
  public void says(long size) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into ledger.witness (name, size) values (?, ?)
            on conflict (name) do update set size = excluded.size\
            """)) {
      statement.setString(1, witness);
      statement.setLong(2, size);
      statement.executeUpdate();
    }
  }

  /// Keeps why it brought nothing; it is asked again after `pause`.
  public void failed(String problem, Duration pause) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into ledger.witness (name, failures, problem, due_at)
            values (?, 1, ?, clock_timestamp() + make_interval(secs => ?))
            on conflict (name) do update set failures = least(ledger.witness.failures, 1000000) + 1,
              problem = excluded.problem, due_at = excluded.due_at\
            """)) {
      statement.setString(1, witness);
      statement.setString(2, problem);
      statement.setDouble(3, pause.toMillis() / 1000.0);
      statement.executeUpdate();
    }
  }
}
