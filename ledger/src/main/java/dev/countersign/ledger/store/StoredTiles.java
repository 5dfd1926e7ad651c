package dev.countersign.ledger.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.HashSource;
import dev.countersign.ledger.Leaf;
import dev.countersign.ledger.TilePath;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The tree's hashes as the database holds them. For use by the thread that owns the connection.
public final class StoredTiles implements HashSource {
  private final Connection connection;

  public StoredTiles(Connection connection) {
    this.connection = connection;
  }

  public static StoredTiles of(TenantTransaction transaction) {
    return new StoredTiles(transaction.handle().getConnection());
  }

  /// The first `width` hashes of a tile, concatenated; throws IllegalStateException if the log does
  /// not reach that far.
  @Override
  public byte[] tile(int level, long n, int width) {
    try {
      byte[] stored = stored(level, n);
      if (stored.length >= width * Digest.LENGTH) {
        return Arrays.copyOf(stored, width * Digest.LENGTH);
      }
      if (level > 0) {
        throw new IllegalStateException("tile " + level + "/" + n + " is not that wide");
      }
      var hashes = new ByteArrayOutputStream(width * Digest.LENGTH);
      for (var commitment : commitments(n * TilePath.FULL, n * TilePath.FULL + width)) {
        hashes.writeBytes(Leaf.hash(commitment).bytes());
      }
      return hashes.toByteArray();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// The commitment at one index.
  public Digest commitment(long index) {
    try {
      return commitments(index, index + 1).getFirst();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// The commitments `from` (inclusive) to `to` (exclusive), in order.
  public List<Digest> commitments(long from, long to) throws SQLException {
    var found = new ArrayList<Digest>();
    try (var statement =
        connection.prepareStatement(
            """
            select first_index, commitments from ledger.leaf_batch
            where first_index < ? and first_index >= coalesce(
              (select first_index from ledger.leaf_batch where first_index <= ? order by first_index desc limit 1), 0)
            order by first_index\
            """)) {
      statement.setLong(1, to);
      statement.setLong(2, from);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          add(found, row.getLong(1), row.getBytes(2), from, to);
        }
      }
    }
    if (found.size() != to - from) {
      throw new IllegalStateException("commitments " + from + " to " + to + " are not complete");
    }
    return found;
  }

  private static void add(List<Digest> found, long first, byte[] commitments, long from, long to) {
    for (int i = 0; (i + 1) * Digest.LENGTH <= commitments.length; i++) {
      if (first + i >= from && first + i < to) {
        found.add(
            Digest.of(Arrays.copyOfRange(commitments, i * Digest.LENGTH, (i + 1) * Digest.LENGTH)));
      }
    }
  }

  private byte[] stored(int level, long n) throws SQLException {
    try (var statement =
        connection.prepareStatement("select hashes from ledger.tile where level = ? and n = ?")) {
      statement.setInt(1, level);
      statement.setLong(2, n);
      try (var row = statement.executeQuery()) {
        return row.next() ? row.getBytes(1) : new byte[0];
      }
    }
  }
}
