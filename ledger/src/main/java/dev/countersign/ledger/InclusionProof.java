package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.List;
import java.util.Optional;

/// The proof that one leaf is in a tree at one position (RFC 6962 section 2.1.1). Immutable.
///
/// @param index the position of the leaf, from 0
/// @param size the number of leaves in the tree
/// @param path the hashes beside the way from the leaf to the root
public record InclusionProof(long index, long size, List<Digest> path) {

  /// No tree of fewer than 2^63 leaves has a longer path.
  static final int LONGEST_PATH = 63;

  public InclusionProof {
    path = List.copyOf(path);
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException(
          "index `" + index + "` is not in a tree of `" + size + "`");
    }
    if (path.size() > LONGEST_PATH) {
      throw new IllegalArgumentException("a proof has at most 63 hashes, not " + path.size());
    }
  }

  /// Whether a tree with this root has this leaf at the position.
  public boolean verifies(Digest leafHash, Digest root) {
    return root(leafHash).filter(root::equals).isPresent();
  }

  /// The root of the tree that has this leaf at the position, or empty if the path is too short or
  /// too long for it (RFC 9162 section 2.1.3.2).
  public Optional<Digest> root(Digest leafHash) {
    long node = index;
    long last = size - 1;
    var hash = leafHash;
    for (var beside : path) {
      if (last == 0) {
        return Optional.empty();
      }
      if ((node & 1) == 1 || node == last) {
        hash = MerkleTree.nodeHash(beside, hash);
        // The last node of a level without a sibling moves up unchanged.
        while (node != 0 && (node & 1) == 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        hash = MerkleTree.nodeHash(hash, beside);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 ? Optional.of(hash) : Optional.empty();
  }
}
