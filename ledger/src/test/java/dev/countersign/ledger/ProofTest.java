package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProofTest {

  @Test
  void everyRootAndProofOfEverySmallTreeIsThatOfTheSlowTree() {
    var leaves = Generated.digests(new SplittableRandom(1), 40);
    for (int size = 0; size <= 40; size++) {
      var tree = leaves.subList(0, size);
      var builder = new ProofBuilder(SlowTree.tiles(leaves), 40);
      assertThat(builder.root(size)).isEqualTo(SlowTree.root(tree));
      assertThat(builder.range(size)).isEqualTo(CompactRange.EMPTY.appendAll(tree));
      for (int index = 0; index < size; index++) {
        var proof = builder.inclusion(index, size);
        assertThat(proof.path()).isEqualTo(SlowTree.path(index, tree));
        assertThat(proof.verifies(leaves.get(index), SlowTree.root(tree))).isTrue();
      }
      for (int first = 1; first <= size; first++) {
        var proof = builder.consistency(first, size);
        assertThat(proof.path()).isEqualTo(SlowTree.proof(first, tree));
        assertThat(proof.verifies(SlowTree.root(leaves.subList(0, first)), SlowTree.root(tree)))
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537})
  void proofsAtTileBoundariesAreThoseOfTheSlowTree(int size) {
    var random = new SplittableRandom(size);
    var leaves = Generated.digests(random, size);
    var root = SlowTree.root(leaves);
    var builder = new ProofBuilder(SlowTree.tiles(leaves), size);
    assertThat(builder.root(size)).isEqualTo(root);
    assertThat(CompactRange.EMPTY.appendAll(leaves).root()).isEqualTo(root);
    for (int index : List.of(0, 1, 254, size / 2, size - 2, size - 1, random.nextInt(size))) {
      var proof = builder.inclusion(index, size);
      assertThat(proof.path()).isEqualTo(SlowTree.path(index, leaves));
      assertThat(proof.verifies(leaves.get(index), root)).isTrue();
    }
    for (int first : List.of(1, 2, 255, size - 1, size, size / 3, random.nextInt(1, size))) {
      var older = SlowTree.root(leaves.subList(0, first));
      var proof = builder.consistency(first, size);
      assertThat(builder.root(first)).isEqualTo(older);
      assertThat(proof.path()).isEqualTo(SlowTree.proof(first, leaves));
      assertThat(proof.verifies(older, root)).isTrue();
    }
  }

  @Test
  void proofsThatShareTilesAreTheSameWhileTheLogGrows() {
    var random = new SplittableRandom(7);
    var leaves = Generated.digests(random, 3_000);
    var kept = new KeptTiles();
    for (int round = 0; round < 300; round++) {
      int size = 1 + round * 10;
      int index = random.nextInt(size);
      var shared = new ProofBuilder(SlowTree.tiles(leaves), size, kept);
      var proof = shared.inclusion(index, size);
      assertThat(proof)
          .isEqualTo(new ProofBuilder(SlowTree.tiles(leaves), size).inclusion(index, size));
      assertThat(proof.verifies(leaves.get(index), shared.root(size))).isTrue();
    }
  }

  @Test
  void keptTilesAreNotReadAgainButThoseOfTheLeaves() {
    var leaves = Generated.digests(new SplittableRandom(8), 70_000);
    var read = new ArrayList<String>();
    HashSource tiles = SlowTree.tiles(leaves);
    HashSource counted =
        (level, n, width) -> {
          read.add(level + "/" + n);
          return tiles.tile(level, n, width);
        };
    var kept = new KeptTiles();
    new ProofBuilder(counted, leaves.size(), kept).inclusion(5, leaves.size());
    read.clear();
    new ProofBuilder(counted, leaves.size(), kept).inclusion(300, leaves.size());
    assertThat(read).containsExactly("0/1");
  }

  @Test
  void aChangedProofNeverVerifies() {
    Generated.holdsFor(
        500,
        random -> {
          int size = random.nextInt(2, 600);
          var leaves = Generated.digests(random, size);
          var builder = new ProofBuilder(SlowTree.tiles(leaves), size);
          int index = random.nextInt(size);
          var proof = builder.inclusion(index, size);
          var root = builder.root(size);
          var path = changed(random, proof.path());
          assertThat(new InclusionProof(index, size, path).verifies(leaves.get(index), root))
              .isFalse();
          int other = (index + random.nextInt(1, size)) % size;
          assertThat(
                  new InclusionProof(other, size, proof.path()).verifies(leaves.get(index), root))
              .isFalse();
          assertThat(proof.verifies(Generated.digest(random), root)).isFalse();

          int first = random.nextInt(1, size);
          var older = builder.root(first);
          var consistency = builder.consistency(first, size);
          assertThat(
                  new ConsistencyProof(first, size, changed(random, consistency.path()))
                      .verifies(older, root))
              .isFalse();
          assertThat(consistency.verifies(Generated.digest(random), root)).isFalse();
          assertThat(consistency.verifies(older, Generated.digest(random))).isFalse();
        });
  }

  @Test
  void anInnerNodeIsNeverTakenForALeaf() {
    var leaves = Generated.digests(new SplittableRandom(6), 8);
    var root = SlowTree.root(leaves);
    var path = SlowTree.path(0, leaves);
    var node = MerkleTree.nodeHash(leaves.get(0), leaves.get(1));
    assertThat(new InclusionProof(0, 8, path.subList(1, 3)).verifies(node, root)).isFalse();
    assertThat(new InclusionProof(0, 8, List.of()).verifies(root, root)).isFalse();
    assertThat(new InclusionProof(0, 4, path).verifies(leaves.get(0), root)).isFalse();
  }

  @Test
  void aConsistencyProofIsOnlyForItsSizes() {
    var leaves = Generated.digests(new SplittableRandom(6), 8);
    var older = SlowTree.root(leaves.subList(0, 4));
    var newer = SlowTree.root(leaves);
    var path = SlowTree.proof(4, leaves);
    assertThat(new ConsistencyProof(4, 8, path).verifies(older, newer)).isTrue();
    assertThat(new ConsistencyProof(4, 16, path).verifies(older, newer)).isFalse();
    assertThat(new ConsistencyProof(2, 8, path).verifies(older, newer)).isFalse();
  }

  @Test
  void aBatchOfNeighboursReadsEachTileOnce() {
    int size = 70_000;
    var leaves = Generated.digests(new SplittableRandom(3), size);
    var tiles = SlowTree.tiles(leaves);
    var reads = new TreeMap<String, Integer>();
    var builder =
        new ProofBuilder(
            (level, index, width) -> {
              reads.merge(new TilePath.Hashes(level, index, width).path(), 1, Integer::sum);
              return tiles.tile(level, index, width);
            },
            size);
    for (int index = 1000; index < 1024; index++) {
      builder.inclusion(index, size);
    }
    assertThat(reads).containsOnlyKeys("0/003", "0/273.p/112", "1/000", "1/001.p/17");
    assertThat(reads.values()).containsOnly(1);
  }

  @Test
  void onlyTilesAndSizesOfTheTreeAreAskedFor() {
    var leaves = Generated.digests(new SplittableRandom(4), 300);
    var builder = new ProofBuilder(SlowTree.tiles(leaves), 300);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.root(301));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.inclusion(300, 300));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.inclusion(-1, 300));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.consistency(0, 300));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.consistency(3, 2));
    var broken = new ProofBuilder((_, _, width) -> new byte[width * 32 - 1], 300);
    assertThatThrownBy(() -> broken.root(300))
        .isInstanceOf(MalformedLedgerData.class)
        .hasMessageContaining("1/000.p/1");
  }

  @Test
  void aCompactRangeIsTheSameHoweverItGrew() {
    Generated.holdsFor(
        100,
        random -> {
          var leaves = Generated.digests(random, random.nextInt(700));
          var range = CompactRange.EMPTY;
          int at = 0;
          while (at < leaves.size()) {
            int to = Math.min(leaves.size(), at + random.nextInt(1, 300));
            range = range.appendAll(leaves.subList(at, to));
            at = to;
          }
          assertThat(range).isEqualTo(CompactRange.EMPTY.appendAll(leaves));
          assertThat(range.root()).isEqualTo(SlowTree.root(leaves));
          assertThat(CompactRange.of(range.size(), range.bytes())).isEqualTo(range);
        });
  }

  @Test
  void aCompactRangeWithTheWrongNumberOfHashesIsRefused() {
    var two = Generated.digests(new SplittableRandom(5), 2);
    assertThatIllegalArgumentException().isThrownBy(() -> new CompactRange(4, two));
    assertThatThrownBy(() -> CompactRange.of(3, new byte[63]))
        .isInstanceOf(MalformedLedgerData.class);
    assertThatThrownBy(() -> CompactRange.of(-1, new byte[64 * 32]))
        .isInstanceOf(MalformedLedgerData.class);
  }

  private static List<Digest> changed(RandomGenerator random, List<Digest> path) {
    var changed = new ArrayList<>(path);
    int at = path.isEmpty() ? 0 : random.nextInt(path.size());
    switch (path.isEmpty() ? 0 : random.nextInt(path.size() > 1 ? 4 : 3)) {
      case 0 -> changed.add(at, Generated.digest(random));
      case 1 -> changed.remove(at);
      case 2 -> changed.set(at, Generated.digest(random));
      default -> Collections.swap(changed, at, (at + 1) % path.size());
    }
    return changed;
  }
}
