package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Builds the roots and proofs of one log, at any size it has had, from its hash tiles.
///
/// Only tiles of the size it was given are read, each once while it is among the last [#TILES_KEPT]
/// used, so proofs for neighbours cost hardly more than one: a batch MUST share a builder. For use
/// by one thread.
///
/// A subtree's root is either a hash in a tile or, up to seven levels over one, made from hashes of
/// that one tile; the rest is the recursion of RFC 6962 sections 2.1.1 and 2.1.2 as it is written
/// there. Its depth is that of the tree, at most 63.
public final class ProofBuilder {

  /// 64 tiles with all their inner nodes are about two megabytes, and enough for the right edges of
  /// a tree of 2^40 leaves at two sizes and a path between them.
  private static final int TILES_KEPT = 64;

  private final HashSource source;
  private final long treeSize;
  private final KeptTiles kept;
  private final SequencedMap<TilePath.Hashes, List<List<Digest>>> tiles =
      new LinkedHashMap<>(TILES_KEPT, 0.75f, true);

  /// `treeSize` is the size for which `source` has tiles; proofs are for it or less.
  public ProofBuilder(HashSource source, long treeSize) {
    this(source, treeSize, new KeptTiles());
  }

  /// The same with tiles that other builders for the same log have read.
  public ProofBuilder(HashSource source, long treeSize, KeptTiles kept) {
    if (treeSize < 0) {
      throw new IllegalArgumentException("a tree's size `" + treeSize + "` is negative");
    }
    this.source = source;
    this.treeSize = treeSize;
    this.kept = kept;
  }

  /// The root of the tree when it had `size` leaves.
  public Digest root(long size) {
    within(size);
    return size == 0 ? MerkleTree.EMPTY_ROOT : subtree(0, size);
  }

  /// The head of the tree when it had `size` leaves.
  public CompactRange range(long size) {
    within(size);
    var hashes = new ArrayList<Digest>();
    long from = 0;
    for (long rest = size; rest > 0; rest -= Long.highestOneBit(rest)) {
      hashes.add(subtree(from, from + Long.highestOneBit(rest)));
      from += Long.highestOneBit(rest);
    }
    return new CompactRange(size, hashes);
  }

  /// The proof that leaf `index` is in the tree of `size` leaves.
  public InclusionProof inclusion(long index, long size) {
    within(size);
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("index `" + index + "` is not in a tree of " + size);
    }
    var path = new ArrayList<Digest>();
    inclusion(index, 0, size, path);
    return new InclusionProof(index, size, path);
  }

  /// The proof that the tree of `second` leaves begins with that of `first`, which is at least one.
  public ConsistencyProof consistency(long first, long second) {
    within(second);
    if (first < 1 || first > second) {
      throw new IllegalArgumentException(
          "there is no proof from size `" + first + "` to " + second);
    }
    var path = new ArrayList<Digest>();
    if (first < second) {
      consistency(first, 0, second, true, path);
    }
    return new ConsistencyProof(first, second, path);
  }

  private void within(long size) {
    if (size < 0 || size > treeSize) {
      throw new IllegalArgumentException("size `" + size + "` is not from 0 to " + treeSize);
    }
  }

  /// PATH of RFC 6962: the leaf is `from <= index < to`.
  private void inclusion(long index, long from, long to, List<Digest> path) {
    if (to - from == 1) {
      return;
    }
    long middle = from + MerkleTree.split(to - from);
    if (index < middle) {
      inclusion(index, from, middle, path);
      path.add(subtree(middle, to));
    } else {
      inclusion(index, middle, to, path);
      path.add(subtree(from, middle));
    }
  }

  /// SUBPROOF of RFC 6962; `known` is its `b`: whether the verifier has this subtree's root, which
  /// is that of the whole first tree.
  private void consistency(long first, long from, long to, boolean known, List<Digest> path) {
    if (first == to) {
      if (!known) {
        path.add(subtree(from, to));
      }
      return;
    }
    long middle = from + MerkleTree.split(to - from);
    if (first <= middle) {
      consistency(first, from, middle, known, path);
      path.add(subtree(middle, to));
    } else {
      consistency(first, middle, to, false, path);
      path.add(subtree(from, middle));
    }
  }

  /// The root over the leaves from `from` to before `to`, where `from` is a multiple of the
  /// smallest power of two that holds them all.
  private Digest subtree(long from, long to) {
    long count = to - from;
    if (Long.bitCount(count) == 1) {
      return complete(Long.numberOfTrailingZeros(count), from);
    }
    long middle = from + MerkleTree.split(count);
    return MerkleTree.nodeHash(subtree(from, middle), subtree(middle, to));
  }

  private Digest complete(int height, long from) {
    int level = height / TilePath.HEIGHT;
    int inner = height % TilePath.HEIGHT;
    long first = from >>> (level * TilePath.HEIGHT);
    int offset = (int) (first % TilePath.FULL);
    return tile(level, first / TilePath.FULL).get(inner).get(offset >> inner);
  }

  /// A tile's hashes and above them, as far as they are complete, those of each inner level.
  private List<List<Digest>> tile(int level, long index) {
    var path = new TilePath.Hashes(level, index, TilePath.width(level, index, treeSize));
    var known = tiles.get(path);
    if (known != null) {
      return known;
    }
    var levels = kept.get(path).orElseGet(() -> read(path));
    kept.keep(path, levels);
    tiles.put(path, levels);
    if (tiles.size() > TILES_KEPT) {
      tiles.pollFirstEntry();
    }
    return levels;
  }

  private List<List<Digest>> read(TilePath.Hashes path) {
    var bytes = source.tile(path.level(), path.index(), path.width());
    if (bytes.length != path.width() * Digest.LENGTH) {
      throw new MalformedLedgerData(
          "tile `"
              + path.path()
              + "` has "
              + bytes.length
              + " bytes, not "
              + path.width()
              + " hashes");
    }
    return levels(TilePath.hashes(bytes));
  }

  private static List<List<Digest>> levels(List<Digest> hashes) {
    var levels = new ArrayList<List<Digest>>();
    var level = hashes;
    for (int inner = 0; inner < TilePath.HEIGHT; inner++) {
      levels.add(level);
      var above = new ArrayList<Digest>(level.size() / 2);
      for (int i = 0; i + 1 < level.size(); i += 2) {
        above.add(MerkleTree.nodeHash(level.get(i), level.get(i + 1)));
      }
      level = above;
    }
    return levels;
  }
}
