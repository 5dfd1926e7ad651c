package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.Arrays;
import java.util.Optional;

/// The 32 random bytes that keep a leaf from telling what its entry says. Immutable.
public final class Salt {
  public static final int LENGTH = 32;

  private final byte[] bytes;

  private Salt(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Takes 32 bytes; throws IllegalArgumentException for any other number.
  public static Salt of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a salt has 32 bytes, not " + bytes.length);
    }
    return new Salt(bytes.clone());
  }

  /// The salt written in `hex`, or empty if it is not 64 lower-case hexadecimal digits.
  public static Optional<Salt> parse(String hex) {
    return Digest.parse(hex).map(digits -> new Salt(digits.bytes()));
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public String hex() {
    return Digest.of(bytes).hex();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Salt salt && Arrays.equals(bytes, salt.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// Not the bytes: with them an erased entry could be guessed from a line of some log file.
  @Override
  public String toString() {
    return "salt";
  }
}
