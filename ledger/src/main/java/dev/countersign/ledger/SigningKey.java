package dev.countersign.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;

/// A key that signs under a name: for a log its origin, for a witness its own name.
///
/// Immutable and safe for use by many threads. Kept in a [SigningKeyFile], never in the database.
public final class SigningKey {

  private static final int SEED_LENGTH = 32;

  private static final String PREFIX = "PRIVATE+KEY+";

  private final byte[] seed;
  private final PrivateKey key;
  private final VerifierKey verifier;

  private SigningKey(String name, SignatureType type, byte[] seed) {
    if (seed.length != SEED_LENGTH) {
      throw new MalformedLedgerData("a private key has 32 bytes, not " + seed.length);
    }
    this.seed = seed.clone();
    var pair = pair(type, seed);
    this.key = pair.getPrivate();
    this.verifier = new VerifierKey(name, type, publicKey(type, pair.getPublic()));
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
    if (verifier.type() != SignatureType.ED25519) {
      throw new IllegalStateException("key `" + this + "` does not sign this");
    }
    var signature = signature(text.getBytes(StandardCharsets.UTF_8));
    return NoteSignature.of(verifier.identity(), signature);
  }

  /// States that at `time` this was the largest consistent checkpoint seen of its log; for keys of
  /// a [SignatureType#cosigns()].
  public NoteSignature cosign(Checkpoint checkpoint, Instant time) {
    long seconds = time.getEpochSecond();
    // A time of zero would say that nothing is stated about the time.
    if (seconds <= 0) {
      throw new IllegalArgumentException("time `" + time + "` is before 1970");
    }
    if (!verifier.type().cosigns()) {
      throw new IllegalStateException("key `" + this + "` does not sign this");
    }
    var message =
        NoteSignature.cosigned(verifier, checkpoint.text(), seconds)
            .orElseThrow(() ->
                new MalformedLedgerData(
                    "the origin or the witness's name is too long to be signed"));
    var signature = signature(message);
    return NoteSignature.of(
        verifier.identity(),
        ByteBuffer.allocate(Long.BYTES + signature.length).putLong(seconds).put(signature).array());
  }

  private byte[] signature(byte[] message) {
    try {
      var signer = Signature.getInstance(verifier.type().algorithm());
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("key `" + this + "` can't sign", e);
    }
  }

  /// The JDK derives a key from its seed only while it generates a pair, for which it takes the
  /// seed as it comes from its source of randomness. Should that ever change, the ids no longer fit
  /// and every key is refused; RFC 8032's own vectors are in the tests.
  private static KeyPair pair(SignatureType type, byte[] seed) {
    try {
      var generator = KeyPairGenerator.getInstance(type.algorithm());
      generator.initialize(type.parameters(), new Seed(seed));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + type.algorithm(), e);
    }
  }

  /// The bytes that follow the fixed beginning of the X.509 form.
  private static byte[] publicKey(SignatureType type, PublicKey key) {
    var encoded = key.getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - type.publicKeyLength(), encoded.length);
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
