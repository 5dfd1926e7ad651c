package dev.countersign.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/// An Ed25519 key that signs notes under a name: for a log its origin, for a witness its own name.
///
/// Immutable and safe for use by many threads. Kept in a [SigningKeyFile], never in the database.
public final class SigningKey {

  private static final int SEED_LENGTH = 32;

  /// What stands before the 32 bytes in the PKCS #8 form of an Ed25519 key (RFC 8410 section 7).
  private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");

  private static final String PREFIX = "PRIVATE+KEY+";

  private final byte[] seed;
  private final PrivateKey key;
  private final VerifierKey verifier;

  private SigningKey(String name, SignatureType type, byte[] seed) {
    if (seed.length != SEED_LENGTH) {
      throw new MalformedLedgerData("a private key has 32 bytes, not " + seed.length);
    }
    this.seed = seed.clone();
    try {
      var pkcs8 = Arrays.copyOf(PKCS8, PKCS8.length + seed.length);
      System.arraycopy(seed, 0, pkcs8, PKCS8.length, seed.length);
      this.key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      this.verifier = new VerifierKey(name, type, publicKey(seed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  /// A new key; `random` is where its 32 bytes come from.
  public static SigningKey generate(String name, SignatureType type, SecureRandom random) {
    var seed = new byte[SEED_LENGTH];
    random.nextBytes(seed);
    return new SigningKey(name, type, seed);
  }

  /// The key written in `text` as Go's note package writes it, `PRIVATE+KEY+name+id+key`; throws
  /// [MalformedLedgerData], never with the text in its message.
  public static SigningKey parse(String text) {
    var parts =
        text.startsWith(PREFIX) ? text.substring(PREFIX.length()).split("\\+", 3) : new String[0];
    if (parts.length != 3) {
      throw new MalformedLedgerData("a private key is `PRIVATE+KEY`, a name, an id and a key");
    }
    var claimed = new KeyIdentity(parts[0], parts[1]);
    var bytes =
        StrictBase64.bytes(parts[2])
            .filter(decoded -> decoded.length > 0)
            .orElseThrow(() -> new MalformedLedgerData("key `" + claimed + "` is not base 64"));
    var key =
        new SigningKey(
            claimed.name(),
            VerifierKey.type(claimed, bytes[0]),
            Arrays.copyOfRange(bytes, 1, bytes.length));
    // The id is a hash over the public key, so a damaged private key is found here.
    if (!key.verifier.identity().equals(claimed)) {
      throw new MalformedLedgerData("private key `" + claimed + "` does not fit its id");
    }
    return key;
  }

  /// The whole secret, for its file.
  String privateText() {
    var bytes = new byte[1 + SEED_LENGTH];
    bytes[0] = verifier.type().identifier();
    System.arraycopy(seed, 0, bytes, 1, SEED_LENGTH);
    return PREFIX + verifier.identity() + "+" + StrictBase64.text(bytes);
  }

  /// What others verify its signatures with.
  public VerifierKey verifier() {
    return verifier;
  }

  /// Signs the text of a note; for keys of [SignatureType#ED25519].
  public NoteSignature sign(String text) {
    require(SignatureType.ED25519);
    var signature = signature(text.getBytes(StandardCharsets.UTF_8));
    return NoteSignature.of(verifier.identity(), signature);
  }

  /// States that at `time` this was the largest consistent checkpoint seen of its log; for keys of
  /// [SignatureType#COSIGNATURE_V1].
  public NoteSignature cosign(Checkpoint checkpoint, Instant time) {
    require(SignatureType.COSIGNATURE_V1);
    long seconds = time.getEpochSecond();
    if (seconds < 0) {
      throw new IllegalArgumentException("time `" + time + "` is before 1970");
    }
    var signature = signature(NoteSignature.cosigned(checkpoint.text(), seconds));
    return NoteSignature.of(
        verifier.identity(),
        ByteBuffer.allocate(Long.BYTES + signature.length).putLong(seconds).put(signature).array());
  }

  private void require(SignatureType type) {
    if (verifier.type() != type) {
      throw new IllegalStateException("key `" + this + "` does not sign this");
    }
  }

  private byte[] signature(byte[] message) {
    try {
      var signer = Signature.getInstance("Ed25519");
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("key `" + this + "` can't sign", e);
    }
  }

  /// The JDK derives a public key only while it generates a pair, whose private key it takes as it
  /// comes from its source of randomness. Should that ever change, the ids no longer fit and every
  /// key is refused; RFC 8032's own vectors are in the tests.
  private static byte[] publicKey(byte[] seed) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
    var point = ((EdECPublicKey) generator.generateKeyPair().getPublic()).getPoint();
    var encoded = new byte[VerifierKey.PUBLIC_KEY_LENGTH];
    var y = point.getY().toByteArray();
    for (int i = 0; i < Math.min(y.length, encoded.length); i++) {
      encoded[i] = y[y.length - 1 - i];
    }
    // RFC 8032 section 5.1.2: little-endian y, and in the highest bit whether x is odd.
    if (point.isXOdd()) {
      encoded[encoded.length - 1] |= (byte) 0x80;
    }
    return encoded;
  }

  /// Gives the one seed, as if by chance.
  private static final class Seed extends SecureRandom {
    private static final long serialVersionUID = 1;
    private final byte[] seed;

    Seed(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (bytes.length != seed.length) {
        throw new IllegalStateException("a key of 32 bytes was expected to be drawn");
      }
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }

  /// Its public identity, never the key.
  @Override
  public String toString() {
    return verifier.identity().toString();
  }
}
