package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.ArrayList;
import java.util.List;

/// The proof that a tree begins with all of an older one (RFC 6962 section 2.1.2). Immutable.
///
/// @param first the size of the older tree
/// @param second the size of the newer tree, not less
public record ConsistencyProof(long first, long second, List<Digest> path) {

  /// The path to the older tree's last node and that node.
  static final int LONGEST_PATH = InclusionProof.LONGEST_PATH + 1;

  public ConsistencyProof {
    path = List.copyOf(path);
    if (first < 0 || second < first) {
      throw new IllegalArgumentException("size `" + second + "` does not follow `" + first + "`");
    }
    if (path.size() > LONGEST_PATH) {
      throw new IllegalArgumentException("a proof has at most 64 hashes, not " + path.size());
    }
  }

  /// Whether the tree with `secondRoot` begins with the tree with `firstRoot` (RFC 9162 section
  /// 2.1.4.2).
  ///
  /// False from size 0: every tree begins with the empty one, there is nothing to prove, and a
  /// caller who asks has mistaken something. Equal sizes need equal roots and no path.
  public boolean verifies(Digest firstRoot, Digest secondRoot) {
    if (first == 0) {
      return false;
    }
    if (first == second) {
      return path.isEmpty() && firstRoot.equals(secondRoot);
    }
    if (path.isEmpty()) {
      return false;
    }
    var hashes = new ArrayList<>(path);
    if (Long.bitCount(first) == 1) {
      // A complete older tree is itself the node the proof starts from.
      hashes.addFirst(firstRoot);
    }
    long node = first - 1;
    long last = second - 1;
    while ((node & 1) == 1) {
      node >>>= 1;
      last >>>= 1;
    }
    var older = hashes.getFirst();
    var newer = older;
    for (var beside : hashes.subList(1, hashes.size())) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        older = MerkleTree.nodeHash(beside, older);
        newer = MerkleTree.nodeHash(beside, newer);
        while (node != 0 && (node & 1) == 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        newer = MerkleTree.nodeHash(newer, beside);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && older.equals(firstRoot) && newer.equals(secondRoot);
  }
}
