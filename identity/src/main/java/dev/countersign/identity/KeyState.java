package dev.countersign.identity;

import java.time.Instant;
import java.util.Optional;

/// Where a key stands in its life.
public enum KeyState {
  /// Its one secret is good.
  ACTIVE("active"),
  /// Two secrets are good, the new one and the one before, until the overlap ends.
  ROTATING("rotating"),
  /// Somebody ended it.
  REVOKED("revoked"),
  /// Its time is over.
  EXPIRED("expired");

  private final String word;

  KeyState(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  /// The state at a moment. What a person did comes before what time did.
  ///
  /// @param formerUntil when the secret before the last rotation ends
  public static KeyState at(
      Instant now,
      Optional<Instant> revokedAt,
      Optional<Instant> expiresAt,
      Optional<Instant> formerUntil) {
    if (revokedAt.isPresent()) {
      return REVOKED;
    }
    if (expiresAt.filter(end -> !now.isBefore(end)).isPresent()) {
      return EXPIRED;
    }
    return formerUntil.filter(now::isBefore).isPresent() ? ROTATING : ACTIVE;
  }
}
