package dev.countersign.ledger.content;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The 32 random bytes from which the keys of one expiry day follow: HKDF-SHA256 (RFC 5869), the
/// tenant as its info. Immutable; [#toString] says nothing.
final class ContentSecret {
  static final int LENGTH = 32;

  /// HKDF's salt: what these keys are for, and for nothing else.
  private static final byte[] PURPOSE =
      "countersign ledger content v1".getBytes(StandardCharsets.US_ASCII);

  private static final byte TENANT = 't';
  private static final byte FINGERPRINT = 'f';

  private final byte[] bytes;

  /// HKDF's pseudorandom key.
  private final byte[] extracted;

  ContentSecret(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a content secret has 32 bytes, not " + bytes.length);
    }
    this.bytes = bytes.clone();
    this.extracted = hmac(PURPOSE, bytes);
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /// The tenant's key.
  ContentKey key(TenantId tenant) {
    return new ContentKey(expand(TENANT, tenant));
  }

  /// What the database keeps to tell this secret from any other; says nothing about its keys.
  Digest fingerprint() {
    return Digest.of(expand(new byte[] {FINGERPRINT}));
  }

  private byte[] expand(byte use, TenantId tenant) {
    return expand(
        ByteBuffer.allocate(1 + 2 * Long.BYTES)
            .put(use)
            .putLong(tenant.value().getMostSignificantBits())
            .putLong(tenant.value().getLeastSignificantBits())
            .array());
  }

  /// HKDF-Expand of one block.
  private byte[] expand(byte[] info) {
    var message = Arrays.copyOf(info, info.length + 1);
    message[info.length] = 1;
    return hmac(extracted, message);
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "content secret";
  }
}
