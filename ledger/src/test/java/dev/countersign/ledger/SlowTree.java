package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.ArrayList;
import java.util.List;

/// RFC 6962 section 2.1 as it is written, over leaf hashes: the model for everything faster.
final class SlowTree {

  private SlowTree() {}

  static Digest root(List<Digest> leaves) {
    if (leaves.isEmpty()) {
      return Digest.sha256();
    }
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int k = split(leaves.size());
    return node(root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
  }

  static List<Digest> path(int m, List<Digest> leaves) {
    int n = leaves.size();
    if (n == 1) {
      return List.of();
    }
    int k = split(n);
    var path =
        new ArrayList<>(m < k ? path(m, leaves.subList(0, k)) : path(m - k, leaves.subList(k, n)));
    path.add(root(m < k ? leaves.subList(k, n) : leaves.subList(0, k)));
    return path;
  }

  static List<Digest> proof(int m, List<Digest> leaves) {
    return subproof(m, leaves, true);
  }

  private static List<Digest> subproof(int m, List<Digest> leaves, boolean b) {
    int n = leaves.size();
    if (m == n) {
      return b ? List.of() : List.of(root(leaves));
    }
    int k = split(n);
    var proof =
        new ArrayList<>(
            m <= k
                ? subproof(m, leaves.subList(0, k), b)
                : subproof(m - k, leaves.subList(k, n), false));
    proof.add(root(m <= k ? leaves.subList(k, n) : leaves.subList(0, k)));
    return proof;
  }

  private static int split(int n) {
    int k = 1;
    while (2 * k < n) {
      k *= 2;
    }
    return k;
  }

  private static Digest node(Digest left, Digest right) {
    return Digest.sha256(new byte[] {1}, left.bytes(), right.bytes());
  }

  /// The tiles of a tree, each hash computed from its leaves as C2SP tlog-tiles defines it.
  static HashSource tiles(List<Digest> leaves) {
    return (level, index, width) -> {
      int span = 1 << (8 * level);
      var hashes = new ArrayList<Digest>();
      for (int i = 0; i < width; i++) {
        int from = ((int) index * 256 + i) * span;
        hashes.add(root(leaves.subList(from, from + span)));
      }
      return TilePath.bytes(hashes);
    };
  }
}
