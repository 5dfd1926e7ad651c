package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.List;

/// The hashes of RFC 6962 section 2.1: leaves under 0x00, nodes under 0x01, so that none can be
/// taken for the other.
public final class MerkleTree {

  /// The root of a tree without leaves.
  public static final Digest EMPTY_ROOT = Digest.sha256();

  private static final byte[] LEAF = {0};
  private static final byte[] NODE = {1};

  private MerkleTree() {}

  public static Digest leafHash(byte[] data) {
    return Digest.sha256(LEAF, data);
  }

  public static Digest nodeHash(Digest left, Digest right) {
    return Digest.sha256(NODE, left.bytes(), right.bytes());
  }

  /// The root over these hashes, which are leaf hashes or the roots of complete subtrees of one
  /// size, such as those of a tile.
  public static Digest root(List<Digest> hashes) {
    return CompactRange.EMPTY.appendAll(hashes).root();
  }

  /// The largest power of two under `count`, which is where RFC 6962 splits a tree; `count` MUST be
  /// over one.
  static long split(long count) {
    return Long.highestOneBit(count - 1);
  }
}
