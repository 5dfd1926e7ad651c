package dev.countersign.ledger.content;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The key under which one tenant's content of one expiry day is sealed: XAES-256-GCM, as
/// [c2sp.org/XAES-256-GCM](https://c2sp.org/XAES-256-GCM) specifies it.
///
/// ## Why this construction
///
/// A batch that is rolled back may use the same place in the log again for other content, and the
/// database's write-ahead log and backups keep both; two nodes seal under the same key without
/// talking to each other. So a nonce can follow from nothing that the database gives: it is random.
/// AES-GCM's own 96 random bits are good for 2^32 messages under a key (NIST SP 800-38D, section
/// 8.3), which a busy tenant's kept content outgrows. XAES-256-GCM derives a key for each message
/// from the first 96 bits of a random 192-bit nonce, by one block of CMAC-AES256 for each half
/// (NIST SP 800-108r1), and seals under the other 96: 2^80 messages at a collision risk of 2^-32.
/// That costs two more AES blocks and no object that is shared.
///
/// Immutable and safe for use by many threads; the [Sealer] that does the work is for one.
public final class ContentKey {
  static final int LENGTH = 32;
  static final int NONCE = 24;
  static final int TAG = 16;

  private static final int BLOCK = 16;
  private static final int TAG_BITS = 8 * TAG;
  private static final int HALF = 12;

  private final SecretKeySpec key;

  /// The subkey K1 of CMAC (NIST SP 800-38B), the same for every message.
  private final byte[] k1;

  ContentKey(byte[] key) {
    if (key.length != LENGTH) {
      throw new IllegalArgumentException("a content key has 32 bytes, not " + key.length);
    }
    this.key = new SecretKeySpec(key, "AES");
    this.k1 = k1(this.key);
  }

  private static byte[] k1(SecretKeySpec key) {
    try {
      var cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, key);
      byte[] l = cipher.doFinal(new byte[BLOCK]);
      var shifted = new byte[BLOCK];
      for (int i = 0; i < BLOCK; i++) {
        int next = i + 1 < BLOCK ? (l[i + 1] & 0xff) >>> 7 : 0;
        shifted[i] = (byte) (l[i] << 1 | next);
      }
      if (l[0] < 0) {
        shifted[BLOCK - 1] ^= (byte) 0b1000_0111;
      }
      return shifted;
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  private static IllegalStateException missing(GeneralSecurityException e) {
    return new IllegalStateException("every Java platform has AES", e);
  }

  /// Seals and opens, with the two ciphers that one thread uses again and again: making them costs
  /// more than a message.
  static final class Sealer {
    private final Cipher block;
    private final Cipher gcm;
    private final byte[] messages = new byte[2 * BLOCK];

    Sealer() {
      try {
        block = Cipher.getInstance("AES/ECB/NoPadding");
        gcm = Cipher.getInstance("AES/GCM/NoPadding");
      } catch (GeneralSecurityException e) {
        throw missing(e);
      }
    }

    /// Seals `plain` from `offset` on into `out`, whose first [#NONCE] bytes from `at` on MUST be
    /// random and are left as they are; ciphertext and tag follow them.
    void seal(ContentKey key, byte[] data, byte[] plain, byte[] out, int at) {
      try {
        gcm.init(Cipher.ENCRYPT_MODE, messageKey(key, out, at), nonce(out, at));
        gcm.updateAAD(data);
        gcm.doFinal(plain, 0, plain.length, out, at + NONCE);
      } catch (GeneralSecurityException e) {
        throw missing(e);
      }
    }

    /// Opens what [#seal] wrote; empty if it was altered, or sealed with another key or data.
    Optional<byte[]> open(ContentKey key, byte[] data, byte[] sealed, int at) {
      try {
        gcm.init(Cipher.DECRYPT_MODE, messageKey(key, sealed, at), nonce(sealed, at));
        gcm.updateAAD(data);
        return Optional.of(gcm.doFinal(sealed, at + NONCE, sealed.length - at - NONCE));
      } catch (AEADBadTagException e) {
        return Optional.empty();
      } catch (GeneralSecurityException e) {
        throw missing(e);
      }
    }

    private static GCMParameterSpec nonce(byte[] from, int at) {
      return new GCMParameterSpec(TAG_BITS, from, at + HALF, HALF);
    }

    /// The key of one message: both blocks M1 and M2 in one call.
    private SecretKeySpec messageKey(ContentKey key, byte[] from, int at)
        throws GeneralSecurityException {
      Arrays.fill(messages, (byte) 0);
      for (int i = 0; i < 2; i++) {
        int start = i * BLOCK;
        messages[start + 1] = (byte) (i + 1);
        messages[start + 2] = 'X';
        System.arraycopy(from, at, messages, start + 4, HALF);
        for (int j = 0; j < BLOCK; j++) {
          messages[start + j] ^= key.k1[j];
        }
      }
      // Initialised each time: a batch has many tenants, and the key schedule is a fraction of the
      // message's own.
      block.init(Cipher.ENCRYPT_MODE, key.key);
      return new SecretKeySpec(block.doFinal(messages), "AES");
    }
  }

  @Override
  public String toString() {
    return "content key";
  }
}
