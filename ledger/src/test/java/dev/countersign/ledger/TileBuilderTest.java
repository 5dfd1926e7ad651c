package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TileBuilderTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 257, 600, 65_535, 65_536, 65_537})
  void tilesAreThoseOfTheSpecification(int size) {
    var leaves = Generated.digests(new SplittableRandom(size), size);
    var expected = SlowTree.tiles(leaves);
    var seen = new TreeMap<String, byte[]>();
    var builder = new TileBuilder();
    leaves.forEach(leaf -> builder.append(leaf, (path, bytes) -> put(seen, path, bytes)));
    builder.partials((path, bytes) -> put(seen, path, bytes));
    int tiles = 0;
    for (int level = 0; level < TilePath.LEVELS; level++) {
      for (long index = 0; TilePath.width(level, index, size) > 0; index++) {
        var path = new TilePath.Hashes(level, index, TilePath.width(level, index, size));
        assertThat(seen.get(path.path()))
            .as(path.path())
            .isEqualTo(expected.tile(level, index, path.width()));
        tiles++;
      }
    }
    assertThat(seen).hasSize(tiles);
  }

  @Test
  void aResumedLogGrowsTheSameTiles() {
    var leaves = Generated.digests(new SplittableRandom(2), 66_000);
    Generated.holdsFor(
        5,
        random -> {
          int size = random.nextInt(65_000, 66_000);
          var seen = new TreeMap<String, byte[]>();
          var builder = TileBuilder.resume(SlowTree.tiles(leaves), size);
          for (var leaf : leaves.subList(size, 66_000)) {
            builder.append(leaf, (path, bytes) -> put(seen, path, bytes));
          }
          builder.partials((path, bytes) -> put(seen, path, bytes));
          assertThat(seen).containsKeys("0/257.p/208", "1/001.p/1", "2/000.p/1");
          seen.forEach((path, bytes) -> {
            var tile = (TilePath.Hashes) TilePath.parse(path).orElseThrow();
            assertThat(bytes)
                .as(path)
                .isEqualTo(SlowTree.tiles(leaves).tile(tile.level(), tile.index(), tile.width()));
          });
        });
  }

  @Test
  void aPartialTileOfAnotherWidthIsRefused() {
    assertThatThrownBy(() -> TileBuilder.resume((_, _, _) -> new byte[32], 2))
        .isInstanceOf(MalformedLedgerData.class);
  }

  private static void put(Map<String, byte[]> seen, TilePath.Hashes path, byte[] bytes) {
    assertThat(seen.put(path.path(), bytes)).as(path.path()).isNull();
  }
}
