package dev.countersign.identity;

import dev.countersign.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The server's own secret, without which a stolen table of key hashes is useless.
///
/// A key's secret has 256 random bits, so a fast hash is enough: nobody can try them. Safe for use
/// by many threads.
public final class Pepper {
  private static final int SHORTEST = 32;

  /// Never used itself: each hash takes a copy, which is ready at once.
  private final Mac keyed;

  /// Takes at least 32 secret bytes.
  public Pepper(byte[] secret) {
    if (secret.length < SHORTEST) {
      throw new IllegalArgumentException("a pepper has at least " + SHORTEST + " bytes");
    }
    try {
      keyed = Mac.getInstance("HmacSHA256");
      keyed.init(new SecretKeySpec(secret, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /// HMAC-SHA-256 (RFC 2104) of the secret.
  public Digest hash(String secret) {
    try {
      var mac = (Mac) keyed.clone();
      return Digest.of(mac.doFinal(secret.getBytes(StandardCharsets.US_ASCII)));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's HmacSHA256 can be copied", e);
    }
  }

  /// Tells this pepper from others and says nothing else about it. No hash of a key: what a key
  /// hashes to is 43 characters long.
  public Digest fingerprint() {
    return hash("key-pepper fingerprint");
  }

  /// Whether the secret is that of one of the hashes. The work is the same whichever it is, and
  /// whether or not it is one: one hash, and a comparison in constant time for each.
  public boolean matches(String secret, Digest first, Digest second) {
    var presented = hash(secret);
    boolean isFirst = presented.equals(first);
    boolean isSecond = presented.equals(second);
    return isFirst || isSecond;
  }

  @Override
  public String toString() {
    return "pepper";
  }
}
