package dev.countersign.ledger.store;

import dev.countersign.kernel.Digest;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.ProofBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/// Refuses a database that has forgotten: compares its head with the newest checkpoint that was
/// signed here, which is kept outside the database.
///
/// A restored backup or an asynchronous failover would otherwise grow a second history from an
/// older head, and two checkpoints of one size would exist.
public final class HeadGuard {
  private HeadGuard() {}

  /// Why appends must not go on, or empty if the database holds everything that was signed.
  public static Optional<String> objection(Connection connection, Checkpoint signed)
      throws SQLException {
    return objection(connection, head(connection), signed);
  }

  /// The same of a head that was read.
  public static Optional<String> objection(
      Connection connection, CompactRange head, Checkpoint signed) {
    if (head.size() < signed.size()) {
      return Optional.of(
          "the database's log has %d entries but a checkpoint over %d was signed: it was restored from an older state; restore the newest state, or start a new log under a new origin"
              .formatted(head.size(), signed.size()));
    }
    Digest root = rootAt(connection, head, signed.size());
    return root.equals(signed.root())
        ? Optional.empty()
        : Optional.of(
            "the database's log differs from the signed checkpoint over %d entries: it was changed or replaced; do not sign anything, compare it with a witness and restore the true state"
                .formatted(signed.size()));
  }

  /// The committed head.
  public static CompactRange head(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("select size, range from ledger.head");
        var row = statement.executeQuery()) {
      row.next();
      return CompactRange.of(row.getLong(1), row.getBytes(2));
    }
  }

  private static Digest rootAt(Connection connection, CompactRange head, long size) {
    return head.size() == size
        ? head.root()
        : new ProofBuilder(new StoredTiles(connection), head.size()).root(size);
  }
}
