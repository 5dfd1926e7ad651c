package dev.countersign.ledger;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/// A public key that verifies signatures of notes, with the name of its owner: a *vkey* of C2SP
/// signed-note, such as `example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k`.
///
/// Immutable and safe for use by many threads.
public final class VerifierKey {
  private final KeyIdentity identity;
  private final SignatureType type;
  private final byte[] encoded;
  private final PublicKey key;

  VerifierKey(String name, SignatureType type, byte[] encoded) {
    if (encoded.length != type.publicKeyLength()) {
      throw new MalformedLedgerData(
          "a public key has %d bytes, not %d".formatted(type.publicKeyLength(), encoded.length));
    }
    this.identity = KeyIdentity.of(name, type, encoded);
    this.type = type;
    this.encoded = encoded.clone();
    try {
      var prefix = type.x509();
      var x509 = Arrays.copyOf(prefix, prefix.length + encoded.length);
      System.arraycopy(encoded, 0, x509, prefix.length, encoded.length);
      this.key =
          KeyFactory.getInstance(type.algorithm()).generatePublic(new X509EncodedKeySpec(x509));
    } catch (GeneralSecurityException e) {
      throw new MalformedLedgerData("key `" + identity + "` is no key of " + type.algorithm(), e);
    }
  }

  /// The key written in `vkey`; throws [MalformedLedgerData] also if its id does not fit its key.
  public static VerifierKey parse(String vkey) {
    var parts = vkey.split("\\+", 3);
    if (parts.length != 3) {
      throw new MalformedLedgerData("a verifier key is a name, an id and a key joined by `+`");
    }
    var claimed = new KeyIdentity(parts[0], parts[1]);
    var bytes =
        StrictBase64.bytes(parts[2])
            .filter(decoded -> decoded.length > 0)
            .orElseThrow(() -> new MalformedLedgerData("key `" + claimed + "` is not base 64"));
    var key =
        new VerifierKey(
            claimed.name(), type(claimed, bytes[0]), Arrays.copyOfRange(bytes, 1, bytes.length));
    if (!key.identity.equals(claimed)) {
      throw new MalformedLedgerData(
          "key `" + claimed + "` has the id `" + key.identity.id() + "`, or was changed");
    }
    return key;
  }

  static SignatureType type(KeyIdentity claimed, byte identifier) {
    for (var type : SignatureType.values()) {
      if (type.identifier() == identifier) {
        return type;
      }
    }
    throw new MalformedLedgerData("key `" + claimed + "` is of an unknown type");
  }

  /// Its owner: for a log's key the log's origin.
  public String name() {
    return identity.name();
  }

  /// The key id as eight hexadecimal digits.
  public String id() {
    return identity.id();
  }

  public SignatureType type() {
    return type;
  }

  KeyIdentity identity() {
    return identity;
  }

  /// Whether this key made `signature` over `message`.
  boolean made(byte[] signature, byte[] message) {
    try {
      var verifier = Signature.getInstance(type.algorithm());
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      // Of the wrong length or not a point: no signature of any key.
      return false;
    } catch (InvalidKeyException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + type.algorithm(), e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifierKey verifier
        && identity.equals(verifier.identity)
        && type == verifier.type
        && Arrays.equals(encoded, verifier.encoded);
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }

  /// The vkey.
  @Override
  public String toString() {
    var bytes = new byte[1 + encoded.length];
    bytes[0] = type.identifier();
    System.arraycopy(encoded, 0, bytes, 1, encoded.length);
    return identity + "+" + StrictBase64.text(bytes);
  }
}
