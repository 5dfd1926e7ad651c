package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One signature line of a note: who says that he signed, and the bytes.
///
/// @param name the signer's name, as it claims
/// @param encoded base 64 of the four bytes of the key id and at least one of signature
public record NoteSignature(String name, String encoded) {
  private static final int ID_LENGTH = 4;

  private static final byte[] TREE = "subtree/v1\n\0".getBytes(StandardCharsets.US_ASCII);

  /// A length that is written as one byte.
  private static final int LONGEST_NAME = 255;

  /// Label, two lengths, time, start, end and hash.
  private static final int TREE_FIELDS = TREE.length + 2 + 3 * Long.BYTES + Digest.LENGTH;

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
      case COSIGNATURE_V1, COSIGNATURE_ML_DSA_44 ->
          signature.length > Long.BYTES
              && seconds(signature) >= 0
              && cosigned(key, text, seconds(signature))
                  .filter(message ->
                      key.made(
                          Arrays.copyOfRange(signature, Long.BYTES, signature.length), message))
                  .isPresent();
    };
  }

  /// When a witness says it signed; empty for a key that signs without a time.
  ///
  /// To be trusted only after the signature was verified.
  public Optional<Instant> time(VerifierKey key) {
    var bytes = decode(name, encoded);
    if (!key.type().cosigns() || bytes.length <= ID_LENGTH + Long.BYTES) {
      return Optional.empty();
    }
    long seconds = seconds(Arrays.copyOfRange(bytes, ID_LENGTH, bytes.length));
    return seconds < 0 || seconds > Instant.MAX.getEpochSecond()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(seconds));
  }

  /// What a witness signs at that time with its key over a note's text (C2SP tlog-cosignature);
  /// empty if the text is not of that kind.
  static Optional<byte[]> cosigned(VerifierKey key, String text, long seconds) {
    return key.type() == SignatureType.COSIGNATURE_V1
        ? Optional.of(
            ("cosignature/v1\ntime " + seconds + "\n" + text).getBytes(StandardCharsets.UTF_8))
        : tree(key, text, seconds);
  }

  /// The structure that ML-DSA signs: the whole tree, without extension lines.
  private static Optional<byte[]> tree(VerifierKey key, String text, long seconds) {
    try {
      var checkpoint = Checkpoint.parse(text);
      var cosigner = key.name().getBytes(StandardCharsets.UTF_8);
      var origin = checkpoint.origin().getBytes(StandardCharsets.UTF_8);
      if (cosigner.length > LONGEST_NAME || origin.length > LONGEST_NAME) {
        return Optional.empty();
      }
      return Optional.of(
          ByteBuffer.allocate(TREE_FIELDS + cosigner.length + origin.length)
              .put(TREE)
              .put((byte) cosigner.length)
              .put(cosigner)
              .putLong(seconds)
              .put((byte) origin.length)
              .put(origin)
              .putLong(0)
              .putLong(checkpoint.size())
              .put(checkpoint.root().bytes())
              .array());
    } catch (MalformedLedgerData e) {
      return Optional.empty();
    }
  }

  /// Signature lines as they stand under a note, each with its newline.
  public static String lines(List<NoteSignature> signatures) {
    var lines = new StringBuilder();
    signatures.forEach(signature -> lines.append(signature.line()));
    return lines.toString();
  }

  /// Reads what [#lines] writes: 1 to [SignedNote#MOST_SIGNATURES] lines; throws
  /// [MalformedLedgerData].
  public static List<NoteSignature> parseLines(String text) {
    var lines = text.split("\n", SignedNote.MOST_SIGNATURES + 2);
    if (!text.endsWith("\n") || lines.length > SignedNote.MOST_SIGNATURES + 1) {
      throw new MalformedLedgerData("signatures are one line each");
    }
    return Arrays.stream(lines, 0, lines.length - 1).map(SignedNote::signature).toList();
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
