package dev.countersign.kernel;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// A SHA-256 digest: 32 bytes, shown as 64 lower-case hexadecimal digits. Immutable.
public final class Digest implements Comparable<Digest> {
  public static final int LENGTH = 32;
  public static final Digest ZERO = new Digest(new byte[LENGTH]);

  /// Never used itself: each hash takes a copy. Looking one up costs as much as hashing a node of a
  /// tree.
  private static final MessageDigest FRESH = hasher();

  private final byte[] bytes;

  private Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Takes 32 bytes; throws IllegalArgumentException for any other number.
  public static Digest of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a digest has 32 bytes, not " + bytes.length);
    }
    return new Digest(bytes.clone());
  }

  /// The digest of the concatenated parts.
  public static Digest sha256(byte[]... parts) {
    try {
      var sha256 = (MessageDigest) FRESH.clone();
      for (var part : parts) {
        sha256.update(part);
      }
      return new Digest(sha256.digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be copied", e);
    }
  }

  /// The digest of a value's canonical form (RFC 8785).
  public static Digest ofCanonical(Json value) {
    return sha256(CanonicalJson.bytes(value));
  }

  /// The digest written in `hex`, or empty if it is not 64 lower-case hexadecimal digits.
  public static Optional<Digest> parse(String hex) {
    if (hex.length() != 2 * LENGTH
        || !hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
      return Optional.empty();
    }
    return Optional.of(new Digest(HexFormat.of().parseHex(hex)));
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest hasher() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public int compareTo(Digest other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  /// In constant time, so that a digest can stand for a secret.
  @Override
  public boolean equals(Object other) {
    return other instanceof Digest digest && MessageDigest.isEqual(bytes, digest.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
