package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// How a note names a signer: its name, and the first four bytes of a hash over the name, the type
/// of signature and the public key, so that one name can have several keys.
///
/// @param name not empty, without spaces, plus signs or control characters
/// @param id as eight hexadecimal digits
record KeyIdentity(String name, String id) {

  private static final int ID_BYTES = 4;

  KeyIdentity {
    checkName(name);
    if (id.length() != 2 * ID_BYTES
        || !id.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0)) {
      throw new MalformedLedgerData("key id `" + id + "` is not eight hexadecimal digits");
    }
  }

  static KeyIdentity of(String name, SignatureType type, byte[] publicKey) {
    var hash =
        Digest.sha256(
            name.getBytes(StandardCharsets.UTF_8), new byte[] {'\n', type.identifier()}, publicKey);
    return of(name, hash.bytes());
  }

  /// The identity whose id is in the first four of `bytes`.
  static KeyIdentity of(String name, byte[] bytes) {
    return new KeyIdentity(name, HexFormat.of().formatHex(bytes, 0, ID_BYTES));
  }

  /// A signature line's bytes: the id, then what the key gave.
  byte[] before(byte[] signature) {
    var id = HexFormat.of().parseHex(this.id);
    var bytes = Arrays.copyOf(id, ID_BYTES + signature.length);
    System.arraycopy(signature, 0, bytes, ID_BYTES, signature.length);
    return bytes;
  }

  private static void checkName(String name) {
    boolean bad = name.isEmpty() || name.codePoints().anyMatch(KeyIdentity::outsideNames);
    if (bad) {
      throw new MalformedLedgerData("key name `" + name + "` is empty or has spaces or `+` in it");
    }
  }

  private static boolean outsideNames(int c) {
    return c == '+'
        || c < 0x20
        || c == 0x85
        || Character.isSpaceChar(c)
        || (c <= 0xffff && Character.isSurrogate((char) c));
  }

  @Override
  public String toString() {
    return name + "+" + id;
  }
}
