package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.ArrayList;
import java.util.List;

/// Grows the hash tiles of a log, leaf by leaf: it holds the partial tile of each level and hands
/// over each one that becomes full. For use by one thread.
public final class TileBuilder {

  /// Takes a tile; its bytes are as many hashes as the path's width says.
  public interface Shelf {
    void put(TilePath.Hashes path, byte[] bytes);
  }

  private final List<List<Digest>> partial = new ArrayList<>();
  private long size;

  /// Begins an empty log.
  public TileBuilder() {
    for (int level = 0; level < TilePath.LEVELS; level++) {
      partial.add(new ArrayList<>());
    }
  }

  /// Continues a log of `size` leaves from its partial tiles.
  public static TileBuilder resume(HashSource source, long size) {
    if (size < 0) {
      throw new IllegalArgumentException("a tree's size `" + size + "` is negative");
    }
    var builder = new TileBuilder();
    builder.size = size;
    for (int level = 0; level < TilePath.LEVELS; level++) {
      long hashes = size >>> (TilePath.HEIGHT * level);
      int width = (int) (hashes % TilePath.FULL);
      if (width > 0) {
        var bytes = source.tile(level, hashes / TilePath.FULL, width);
        if (bytes.length != width * Digest.LENGTH) {
          throw new MalformedLedgerData(
              "a partial tile of level " + level + " is not " + width + " wide");
        }
        builder.partial.get(level).addAll(TilePath.hashes(bytes));
      }
    }
    return builder;
  }

  /// Adds a leaf; `full` takes the tiles that it completes, the lower ones first.
  public void append(Digest leafHash, Shelf full) {
    size++;
    var hash = leafHash;
    for (int level = 0; ; level++) {
      var tile = partial.get(level);
      tile.add(hash);
      if (tile.size() < TilePath.FULL) {
        return;
      }
      full.put(path(level, TilePath.FULL), TilePath.bytes(tile));
      hash = MerkleTree.root(tile);
      tile.clear();
    }
  }

  /// Hands over the partial tiles there are, the lower ones first.
  public void partials(Shelf shelf) {
    for (int level = 0; level < TilePath.LEVELS; level++) {
      var tile = partial.get(level);
      if (!tile.isEmpty()) {
        shelf.put(path(level, tile.size()), TilePath.bytes(tile));
      }
    }
  }

  /// The tile of this level that holds the newest hash.
  private TilePath.Hashes path(int level, int width) {
    long hashes = size >>> (TilePath.HEIGHT * level);
    return new TilePath.Hashes(level, (hashes - 1) / TilePath.FULL, width);
  }
}
