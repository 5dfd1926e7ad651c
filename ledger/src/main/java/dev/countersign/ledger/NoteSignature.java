package dev.countersign.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// One signature line of a note: who says that he signed, and the bytes.
///
/// @param name the signer's name, as it claims
/// @param encoded base 64 of the four bytes of the key id and at least one of signature
public record NoteSignature(String name, String encoded) {
  private static final int ID_LENGTH = 4;

  public NoteSignature {
    KeyIdentity.of(name, decode(name, encoded));
  }

  static NoteSignature of(KeyIdentity identity, byte[] signature) {
    return new NoteSignature(identity.name(), StrictBase64.text(identity.before(signature)));
  }

  /// Whose key it claims to be of.
  KeyIdentity identity() {
    return KeyIdentity.of(name, decode(name, encoded));
  }

  /// Whether `key`, which MUST be of this signature's identity, made it over the note's text.
  boolean madeBy(VerifierKey key, String text) {
    var bytes = decode(name, encoded);
    var signature = Arrays.copyOfRange(bytes, ID_LENGTH, bytes.length);
    return switch (key.type()) {
      case ED25519 -> key.made(signature, text.getBytes(StandardCharsets.UTF_8));
      case COSIGNATURE_V1 ->
          signature.length > Long.BYTES
              && seconds(signature) >= 0
              && key.made(
                  Arrays.copyOfRange(signature, Long.BYTES, signature.length),
                  cosigned(text, seconds(signature)));
    };
  }

  /// When a witness says it signed; empty for a key that signs without a time.
  ///
  /// To be trusted only after the signature was verified.
  public Optional<Instant> time(VerifierKey key) {
    var bytes = decode(name, encoded);
    if (key.type() != SignatureType.COSIGNATURE_V1 || bytes.length <= ID_LENGTH + Long.BYTES) {
      return Optional.empty();
    }
    long seconds = seconds(Arrays.copyOfRange(bytes, ID_LENGTH, bytes.length));
    return seconds < 0 || seconds > Instant.MAX.getEpochSecond()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(seconds));
  }

  /// What a witness signs (C2SP tlog-cosignature, Ed25519 signed message).
  static byte[] cosigned(String text, long seconds) {
    return ("cosignature/v1\ntime " + seconds + "\n" + text).getBytes(StandardCharsets.UTF_8);
  }

  String line() {
    return SignedNote.SIGNATURE + name + " " + encoded + "\n";
  }

  /// Of a timestamp that the format allows, which is under 2^63; negative for others.
  private static long seconds(byte[] signature) {
    return ByteBuffer.wrap(signature).getLong();
  }

  private static byte[] decode(String name, String encoded) {
    return StrictBase64.bytes(encoded)
        .filter(bytes -> bytes.length > ID_LENGTH)
        .orElseThrow(
            () -> new MalformedLedgerData("the signature of `" + name + "` is not base 64"));
  }
}
