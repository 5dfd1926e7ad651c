package dev.countersign.ledger.store;

import dev.countersign.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What must not be, with its evidence: a log that forked, a witness that found an inconsistency.
///
/// One thing that is seen again is counted, not kept twice. For use by the thread that owns the
/// connection.
public final class Alarms {
  /// For one kind, log and witness: anyone can send a wrong proof, and must not fill the disk.
  private static final int MOST = 64;

  private final Connection connection;

  public Alarms(Connection connection) {
    this.connection = connection;
  }

  /// What was found.
  public enum Kind {
    /// A log signed two roots for one size.
    FORK,
    /// A log's checkpoint came with a proof that does not hold.
    UNPROVEN,
    /// A witness says that our checkpoint does not follow from what it has cosigned.
    REJECTED,
    /// A witness has cosigned more of our log than the database has.
    ROLLBACK;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param witness who says so; empty where we are the witness
  /// @param held what was held to be true before
  /// @param offered what contradicts it
  /// @param identity what tells it from another one, such as the text of a note: signatures under
  ///   it can be varied at will
  public record Alarm(
      Kind kind,
      String origin,
      String witness,
      String message,
      String held,
      String offered,
      String identity) {}

  /// An alarm that nobody has settled yet.
  public record Open(long id, Kind kind, String origin, String witness, String message, int seen) {

    /// In one line, for people.
    public String line() {
      return "%d %s `%s`%s: %s"
          .formatted(
              id, kind.word(), origin, witness.isEmpty() ? "" : " by `" + witness + "`", message);
    }
  }

  /// Keeps an alarm; false if it is known.
  public boolean raise(Alarm alarm) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into ledger.alarm (kind, origin, witness, message, held, offered, digest)
            select v.* from (values (?, ?, ?, ?, ?, ?, ?::bytea)) as v (kind, origin, witness, message, held, offered, digest)
            where (select count(*) from ledger.alarm a
                   where a.kind = v.kind and a.origin = v.origin and a.witness = v.witness) < ?
               or exists (select from ledger.alarm a where a.kind = v.kind and a.origin = v.origin
                   and a.witness = v.witness and a.digest = v.digest)
            on conflict (kind, origin, witness, digest)
              do update set seen = least(ledger.alarm.seen, 2000000000) + 1, last_at = clock_timestamp()
            returning seen\
            """)) {
      statement.setString(1, alarm.kind().word());
      statement.setString(2, alarm.origin());
      statement.setString(3, alarm.witness());
      statement.setString(4, alarm.message());
      statement.setString(5, alarm.held());
      statement.setString(6, alarm.offered());
      statement.setBytes(7, digest(alarm.identity()));
      statement.setInt(8, MOST);
      try (var row = statement.executeQuery()) {
        return row.next() && row.getInt(1) == 1;
      }
    }
  }

  /// Settles what a later proof has shown to be no inconsistency: exactly what was offered then.
  public void proven(String origin, String identity) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            update ledger.alarm set settled_at = clock_timestamp(), settled_by = 'a proof of the same checkpoint'
            where kind = 'unproven' and origin = ? and digest = ? and settled_at is null\
            """)) {
      statement.setString(1, origin);
      statement.setBytes(2, digest(identity));
      statement.executeUpdate();
    }
  }

  private static byte[] digest(String identity) {
    return Digest.sha256(identity.getBytes(StandardCharsets.UTF_8)).bytes();
  }

  /// Settles an alarm; false if there is no such alarm that is open.
  public boolean settle(long id, String by) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "update ledger.alarm set settled_at = clock_timestamp(), settled_by = ? where id = ? and settled_at is null")) {
      statement.setString(1, by);
      statement.setLong(2, id);
      return statement.executeUpdate() == 1;
    }
  }

  /// The open alarms, oldest first.
  public List<Open> open(int most) throws SQLException {
    var open = new ArrayList<Open>();
    try (var statement =
        connection.prepareStatement(
            """
            select id, kind, origin, witness, message, seen from ledger.alarm
            where settled_at is null order by id limit ?\
            """)) {
      statement.setInt(1, most);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          open.add(
              new Open(
                  row.getLong(1),
                  Kind.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
                  row.getString(3),
                  row.getString(4),
                  row.getString(5),
                  row.getInt(6)));
        }
      }
    }
    return open;
  }
}
