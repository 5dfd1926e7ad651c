package dev.countersign.ledger;

import java.util.Base64;
import java.util.Optional;

/// Base 64 of RFC 4648 section 4 with one spelling for each value.
///
/// The JDK's decoder also takes text without its padding, or with bits that mean nothing; two texts
/// for one signature would let a copy differ and still verify.
final class StrictBase64 {

  private StrictBase64() {}

  static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static Optional<byte[]> bytes(String text) {
    try {
      var bytes = Base64.getDecoder().decode(text);
      return text(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
