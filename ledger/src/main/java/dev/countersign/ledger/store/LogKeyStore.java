package dev.countersign.ledger.store;

import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.ledger.VerifierKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;

/// Which keys sign the log, and which did; the public halves alone.
public final class LogKeyStore {
  private final DataSource dataSource;

  /// @param dataSource connections of the application's role
  public LogKeyStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /// What a key is to the log.
  public enum State {
    /// Every checkpoint carries its signature.
    SIGNING,
    /// Signs no more; what it signed stays good.
    RETIRED,
    /// Signs no more, and nobody shall believe it.
    COMPROMISED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A key as the database has it.
  public record Recorded(VerifierKey key, State state) {}

  /// All keys of the log, the oldest first; none before the first start.
  public static List<Recorded> read(Connection connection) throws SQLException {
    var keys = new ArrayList<Recorded>();
    try (var statement =
            connection.prepareStatement(
                "select key, state from ledger.log_key order by added_at, key");
        var row = statement.executeQuery()) {
      while (row.next()) {
        keys.add(
            new Recorded(
                VerifierKey.parse(row.getString(1)),
                State.valueOf(row.getString(2).toUpperCase(Locale.ROOT))));
      }
    }
    return keys;
  }

  public List<Recorded> read() {
    try (var connection = dataSource.getConnection()) {
      return read(connection);
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// Lays down who we are as a log; false if another node did that at the same moment.
  public boolean begin(VerifierKey key) {
    try (var connection = dataSource.getConnection();
        var statement =
            connection.prepareStatement(
                """
                with log as (
                  insert into ledger.log (origin, key) values (?, ?) on conflict do nothing returning key
                )
                insert into ledger.log_key (key, state) select key, 'signing' from log\
                """)) {
      statement.setString(1, key.name());
      statement.setString(2, key.toString());
      return statement.executeUpdate() == 1;
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// Lets a new key sign; false if it is known.
  public static boolean add(Connection connection, VerifierKey key) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "insert into ledger.log_key (key, state) values (?, 'signing') on conflict do nothing")) {
      statement.setString(1, key.toString());
      return statement.executeUpdate() == 1;
    }
  }

  /// Ends the use of a key.
  public static void end(Connection connection, VerifierKey key, State state) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "update ledger.log_key set state = ?, ended_at = now() where key = ?")) {
      statement.setString(1, state.word());
      statement.setString(2, key.toString());
      statement.executeUpdate();
    }
  }

  /// One change of keys at a time: the check before it and the change are one.
  public static void lock(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("select pg_advisory_xact_lock(7466)");
    }
  }

  /// The keys by which we are a witness, laid down at the first call: each other node has the same.
  public List<VerifierKey> witness(List<VerifierKey> ours) {
    try (var connection = dataSource.getConnection();
        var statement =
            connection.prepareStatement(
                """
                insert into ledger.own_witness (key)
                select unnest(?::text[]) where not exists (select from ledger.own_witness);
                select key from ledger.own_witness order by key\
                """)) {
      statement.setArray(
          1,
          connection.createArrayOf(
              "text", ours.stream().map(VerifierKey::toString).toArray(String[]::new)));
      statement.execute();
      statement.getMoreResults();
      var recorded = new ArrayList<VerifierKey>();
      try (var row = statement.getResultSet()) {
        while (row.next()) {
          recorded.add(VerifierKey.parse(row.getString(1)));
        }
      }
      return recorded;
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// The origin that is laid down, if one is.
  public Optional<String> origin() {
    return read().stream().map(recorded -> recorded.key().name()).findFirst();
  }
}
