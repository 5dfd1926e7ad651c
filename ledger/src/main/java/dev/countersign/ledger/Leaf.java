package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What stands in the tree for an entry: a salted commitment, which says nothing about it.
///
/// The leaf data is `CSL1` (Countersign leaf, version 1) followed by the commitment, SHA-256(`CSL1`
/// || 32-byte random salt || canonical entry). Salt and entry can be erased and the leaf stays; as
/// long as the salt is unknown, guessing the entry does not help. The vector file
/// `leaf-vectors.json` fixes the bytes for every implementation.
public final class Leaf {

  /// Of the leaf data in bytes: the tag and the commitment.
  public static final int LENGTH = 36;

  private static final byte[] TAG = "CSL1".getBytes(StandardCharsets.US_ASCII);

  private Leaf() {}

  /// The commitment to an entry; throws IllegalArgumentException unless the salt has 32 bytes.
  public static Digest commitment(byte[] salt, byte[] canonical) {
    if (salt.length != Salt.LENGTH) {
      throw new IllegalArgumentException("a salt has 32 bytes, not " + salt.length);
    }
    return Digest.sha256(TAG, salt, canonical);
  }

  /// The 36 bytes that the tree hashes and that entry bundles serve.
  public static byte[] data(Digest commitment) {
    var data = Arrays.copyOf(TAG, LENGTH);
    System.arraycopy(commitment.bytes(), 0, data, TAG.length, Digest.LENGTH);
    return data;
  }

  /// The commitment in leaf data; throws [MalformedLedgerData] for data of another form or version.
  public static Digest commitmentIn(byte[] data) {
    if (data.length != LENGTH || !Arrays.equals(data, 0, TAG.length, TAG, 0, TAG.length)) {
      throw new MalformedLedgerData("leaf data is not `CSL1` and 32 bytes");
    }
    return Digest.of(Arrays.copyOfRange(data, TAG.length, LENGTH));
  }

  /// The leaf hash of RFC 6962 section 2.1.
  public static Digest hash(Digest commitment) {
    return MerkleTree.leafHash(data(commitment));
  }
}
