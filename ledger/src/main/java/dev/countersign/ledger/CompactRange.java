package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.ArrayList;
import java.util.List;

/// The head of a log: all that is needed to extend its tree and to tell its root.
///
/// The hashes are the roots of the complete subtrees from left to right, one for each bit that is
/// set in the size, the largest first: at most 63, whatever the size. Immutable.
public record CompactRange(long size, List<Digest> hashes) {

  public static final CompactRange EMPTY = new CompactRange(0, List.of());

  public CompactRange {
    hashes = List.copyOf(hashes);
    if (size < 0) {
      throw new IllegalArgumentException("a tree's size `" + size + "` is negative");
    }
    if (hashes.size() != Long.bitCount(size)) {
      throw new IllegalArgumentException(
          "a tree of size "
              + size
              + " has "
              + Long.bitCount(size)
              + " complete subtrees, not "
              + hashes.size());
    }
  }

  /// The range of this size whose hashes stand one after the other in `bytes`, as [#bytes] gives
  /// them; throws [MalformedLedgerData] if their number is wrong.
  public static CompactRange of(long size, byte[] bytes) {
    if (size < 0 || bytes.length != Digest.LENGTH * Long.bitCount(size)) {
      throw new MalformedLedgerData(
          "`" + bytes.length + "` bytes are no compact range of size `" + size + "`");
    }
    return new CompactRange(size, TilePath.hashes(bytes));
  }

  /// The hashes one after the other; the size is stored beside them.
  public byte[] bytes() {
    return TilePath.bytes(hashes);
  }

  public CompactRange append(Digest leafHash) {
    return appendAll(List.of(leafHash));
  }

  public CompactRange appendAll(List<Digest> leafHashes) {
    if (leafHashes.isEmpty()) {
      return this;
    }
    var subtrees = new ArrayList<>(hashes);
    long grown = size;
    for (var leafHash : leafHashes) {
      var hash = leafHash;
      // Like carrying in a binary addition: two subtrees of a size make one of twice the size.
      for (long carry = grown; (carry & 1) == 1; carry >>>= 1) {
        hash = MerkleTree.nodeHash(subtrees.removeLast(), hash);
      }
      subtrees.add(hash);
      grown = Math.addExact(grown, 1);
    }
    return new CompactRange(grown, subtrees);
  }

  /// The root hash of RFC 6962 section 2.1.
  public Digest root() {
    if (hashes.isEmpty()) {
      return MerkleTree.EMPTY_ROOT;
    }
    var root = hashes.getLast();
    for (var left : hashes.reversed().subList(1, hashes.size())) {
      root = MerkleTree.nodeHash(left, root);
    }
    return root;
  }
}
