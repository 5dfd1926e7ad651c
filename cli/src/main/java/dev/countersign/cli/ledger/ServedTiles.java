package dev.countersign.cli.ledger;

import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.HashSource;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.TileBuilder;
import dev.countersign.ledger.TilePath;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Recomputes a log's tree from its served tiles: the root from the leaf hashes, and every tile
/// above them.
final class ServedTiles {
  private final HashSource tiles;

  ServedTiles(HashSource tiles) {
    this.tiles = tiles;
  }

  /// What does not agree with the checkpoint, or empty if all does.
  ///
  /// @param progress told how many leaves were read
  Optional<String> flaw(Checkpoint checkpoint, LongConsumer progress) {
    var builder = new TileBuilder();
    var range = CompactRange.EMPTY;
    var above = new Comparison();
    try {
      for (long index = 0; range.size() < checkpoint.size(); index++) {
        int width = TilePath.width(0, index, checkpoint.size());
        var leaves = TilePath.hashes(tiles.tile(0, index, width));
        if (leaves.size() != width) {
          return Optional.of(
              "tile " + new TilePath.Hashes(0, index, width).path() + ": it is not that wide");
        }
        range = range.appendAll(leaves);
        leaves.forEach(leaf -> builder.append(leaf, above::compare));
        progress.accept(range.size());
      }
      builder.partials(above::compare);
    } catch (MalformedLedgerData e) {
      return Optional.of("a tile: " + e.getMessage());
    }
    return range.root().equals(checkpoint.root())
        ? above.first
        : Optional.of("the tiles: their root is not the checkpoint's");
  }

  private final class Comparison {
    private Optional<String> first = Optional.empty();

    void compare(TilePath.Hashes path, byte[] computed) {
      if (path.level() > 0
          && first.isEmpty()
          && !Arrays.equals(tiles.tile(path.level(), path.index(), path.width()), computed)) {
        first = Optional.of("tile " + path.path() + ": its hashes are not those below it");
      }
    }
  }
}
