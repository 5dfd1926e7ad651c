package dev.countersign.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServedTilesTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 257, 700})
  void tilesOfASoundLogAgree(int entries) {
    var log = TestLog.of(entries);
    var read = new ArrayList<Long>();
    assertThat(new ServedTiles(TestLog.source(log.tiles())).flaw(log.checkpoint(), read::add))
        .isEmpty();
    assertThat(read).hasSize((entries + 255) / 256);
  }

  @Test
  void everyChangedByteIsFound() {
    var log = TestLog.of(600);
    var paths = log.tiles().keySet().stream().toList();
    assertThat(paths).containsExactly("0/000", "0/001", "0/002.p/88", "1/000.p/2");
    Property.holdsFor(
        200,
        random -> {
          var tiles = log.tiles();
          var path = paths.get(random.nextInt(paths.size()));
          tiles.computeIfPresent(path, (_, bytes) -> changed(bytes, random));
          assertThat(new ServedTiles(TestLog.source(tiles)).flaw(log.checkpoint(), _ -> {}))
              .as(path)
              .isPresent();
        });
  }

  @Test
  void missingTileIsFound() {
    var log = TestLog.of(600);
    for (var path : log.tiles().keySet()) {
      var tiles = log.tiles();
      tiles.remove(path);
      assertThat(new ServedTiles(TestLog.source(tiles)).flaw(log.checkpoint(), _ -> {}))
          .hasValueSatisfying(flaw -> assertThat(flaw).contains(path));
    }
  }

  private static byte[] changed(byte[] bytes, RandomGenerator random) {
    var changed = bytes.clone();
    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    return changed;
  }
}
