package dev.countersign.ledger.store;

import dev.countersign.ledger.SignedNote;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The checkpoints of our log that are kept: those that a witness cosigned for ever, of the others
/// one a minute. What is kept here is never believed without its signatures.
///
/// For use by the thread that owns the connection, which MUST be in auto-commit mode.
public final class KeptCheckpoints {
  /// Old enough that every witness had its turn; then one a minute is enough.
  private static final String PRUNE =
      """
      delete from ledger.checkpoint c
      where witnesses = 0 and signed_at < clock_timestamp() - interval '2 minutes'
        and signed_at > clock_timestamp() - interval '1 day'
        and exists (select from ledger.checkpoint later
          where date_trunc('minute', later.signed_at, 'UTC') = date_trunc('minute', c.signed_at, 'UTC')
            and later.signed_at between c.signed_at and c.signed_at + interval '1 minute'
            and later.size > c.size)
      """;

  private final Connection connection;

  public KeptCheckpoints(Connection connection) {
    this.connection = connection;
  }

  /// Keeps a checkpoint over `size` entries unless one of that size is kept.
  public void keep(long size, SignedNote note) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "insert into ledger.checkpoint (size, note) values (?, ?) on conflict do nothing")) {
      statement.setLong(1, size);
      statement.setString(2, note.toString());
      statement.executeUpdate();
    }
  }

  /// The same, and only if none was kept within the last minute; then forgets what is too much.
  public void keepOneAMinute(long size, SignedNote note) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into ledger.checkpoint (size, note) select ?, ?
            where not exists (select from ledger.checkpoint where signed_at > clock_timestamp() - interval '1 minute')
            on conflict do nothing\
            """)) {
      statement.setLong(1, size);
      statement.setString(2, note.toString());
      statement.executeUpdate();
    }
    try (var prune = connection.createStatement()) {
      prune.executeUpdate(PRUNE);
    }
  }

  /// A checkpoint and the note in which it is kept.
  public record Kept(long size, int witnesses, SignedNote note) {}

  /// The one that a witness who has seen `seen` entries is to be asked for: of those that are young
  /// enough and still want cosignatures, the one that has most.
  public Optional<Kept> wanting(long seen, int quorum, Duration age) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select size, witnesses, note from ledger.checkpoint
            where size > ? and witnesses < ? and signed_at > clock_timestamp() - make_interval(secs => ?)
            order by witnesses desc, size desc limit 1\
            """)) {
      statement.setLong(1, seen);
      statement.setInt(2, quorum);
      statement.setDouble(3, age.toMillis() / 1000.0);
      return read(statement).stream().findFirst();
    }
  }

  /// The newest ones that at least so many witnesses cosigned.
  public List<Kept> cosigned(int quorum, int most) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select size, witnesses, note from ledger.checkpoint where witnesses >= ? and witnesses > 0
            order by size desc limit ?\
            """)) {
      statement.setInt(1, quorum);
      statement.setInt(2, most);
      return read(statement);
    }
  }

  /// Adds to the note over `size` entries what `add` makes of it.
  public void cosign(long size, Cosigning add) throws SQLException {
    connection.setAutoCommit(false);
    try (var lock =
            connection.prepareStatement(
                "select size, witnesses, note from ledger.checkpoint where size = ? for update");
        var update =
            connection.prepareStatement(
                "update ledger.checkpoint set note = ?, witnesses = ? where size = ?")) {
      lock.setLong(1, size);
      for (var kept : read(lock)) {
        var more = add.to(kept.note());
        update.setString(1, more.note().toString());
        update.setInt(2, more.witnesses());
        update.setLong(3, size);
        update.executeUpdate();
      }
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /// Adds cosignatures to a note.
  @FunctionalInterface
  public interface Cosigning {
    Cosigned to(SignedNote note);
  }

  /// A note with all its cosignatures, and of how many witnesses they are.
  public record Cosigned(SignedNote note, int witnesses) {}

  private static List<Kept> read(PreparedStatement statement) throws SQLException {
    var found = new ArrayList<Kept>();
    try (var row = statement.executeQuery()) {
      while (row.next()) {
        found.add(new Kept(row.getLong(1), row.getInt(2), SignedNote.parse(row.getString(3))));
      }
    }
    return found;
  }
}
