package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TilePathTest {

  @Test
  void pathsAreThoseOfTheSpecification() {
    assertThat(new TilePath.Hashes(0, 1_234_067, 256).path()).isEqualTo("0/x001/x234/067");
    assertThat(new TilePath.Hashes(1, 0, 17).path()).isEqualTo("1/000.p/17");
    assertThat(new TilePath.Entries(999, 5).path()).isEqualTo("entries/999.p/5");
    assertThat(new TilePath.Entries(1000, 256).path()).isEqualTo("entries/x001/000");
    assertThat(TilePath.parse("63/000")).contains(new TilePath.Hashes(63, 0, 256));
  }

  @Test
  void readingAPathGivesTheTileAgain() {
    Generated.holdsFor(
        2000,
        random -> {
          long index = random.nextLong() >>> random.nextInt(1, 64);
          int width = random.nextInt(1, 257);
          TilePath tile =
              random.nextBoolean()
                  ? new TilePath.Entries(index, width)
                  : new TilePath.Hashes(random.nextInt(64), index, width);
          assertThat(TilePath.parse(tile.path())).contains(tile);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "0",
        "0/",
        "00/000",
        "01/000",
        "64/000",
        "-1/000",
        "0/0",
        "0/00",
        "0/0000",
        "0/x000/001",
        "0/001/067",
        "0/x001",
        "0/x001/x067",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/",
        "0/000.p/1/2",
        "0/000.p",
        "entries/",
        "Entries/000",
        "0/000 ",
        "0/٠٠٠",
        "0/+00",
        "0/x9223/372",
        "0/x009/x223/x372/x036/x854/x775/808",
        "0/000.p/4294967297"
      })
  void otherSpellingsAreNoTile(String path) {
    assertThat(TilePath.parse(path)).isEmpty();
  }

  @Test
  void widthsAreThoseOfTheSpecificationsExample() {
    assertThat(TilePath.width(0, 272, 70_000)).isEqualTo(256);
    assertThat(TilePath.width(0, 273, 70_000)).isEqualTo(112);
    assertThat(TilePath.width(0, 274, 70_000)).isZero();
    assertThat(TilePath.width(1, 0, 70_000)).isEqualTo(256);
    assertThat(TilePath.width(1, 1, 70_000)).isEqualTo(17);
    assertThat(TilePath.width(2, 0, 70_000)).isEqualTo(1);
    assertThat(TilePath.width(3, 0, 70_000)).isZero();
    assertThat(TilePath.width(0, 0, 256)).isEqualTo(256);
    assertThat(TilePath.width(1, 0, 256)).isEqualTo(1);
    assertThat(TilePath.width(0, 1, 256)).isZero();
    assertThat(TilePath.width(8, 0, Long.MAX_VALUE)).isZero();
    assertThat(TilePath.width(0, Long.MAX_VALUE, 256)).isZero();
  }

  @Test
  void bundlesGiveTheirLeavesBack() {
    var commitments = Generated.digests(new SplittableRandom(1), 256);
    var bundle = EntryBundle.bytes(commitments);
    assertThat(bundle).hasSize(256 * 38);
    assertThat(EntryBundle.leaves(bundle).stream().map(Leaf::commitmentIn).toList())
        .isEqualTo(commitments);
    assertThat(EntryBundle.leaves(new byte[0])).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EntryBundle.bytes(Generated.digests(new SplittableRandom(1), 257)));
  }

  @Test
  void aBundleThatIsCutOffOrTooLongIsRefused() {
    var bundle = EntryBundle.bytes(Generated.digests(new SplittableRandom(1), 2));
    for (int length : List.of(1, 2, 37, 39, 75)) {
      assertThatThrownBy(() -> EntryBundle.leaves(Arrays.copyOf(bundle, length)))
          .isInstanceOf(MalformedLedgerData.class);
    }
    assertThatThrownBy(() -> EntryBundle.leaves(new byte[2 * 257]))
        .isInstanceOf(MalformedLedgerData.class);
  }
}
