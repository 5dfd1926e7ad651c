package dev.countersign.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.testkit.Property;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DigestTest {
  /// SHA-256 of `abc`, of FIPS 180-4.
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void isSha256OfThePartsTogether() {
    assertThat(Digest.sha256(utf8("abc")).hex()).isEqualTo(ABC);
    assertThat(Digest.sha256(utf8("a"), utf8(""), utf8("bc"))).hasToString(ABC);
  }

  @Test
  void whatFailedHalfwayIsNotInTheNextOne() {
    var parts = new byte[2][];
    parts[0] = utf8("abc");
    assertThatThrownBy(() -> Digest.sha256(parts)).isInstanceOf(NullPointerException.class);
    assertThat(Digest.sha256(utf8("abc"))).hasToString(ABC);
  }

  @Test
  void isReadAsItIsWritten() {
    Property.holdsFor(
        200,
        random -> {
          var bytes = new byte[Digest.LENGTH];
          random.nextBytes(bytes);
          var digest = Digest.of(bytes);
          assertThat(Digest.parse(digest.hex())).contains(digest);
          assertThat(digest.bytes()).isEqualTo(bytes);
          bytes[0] ^= 1;
          assertThat(digest).isNotEqualTo(Digest.of(bytes)).isNotSameAs(digest.bytes());
        });
  }

  @Test
  void isOrderedByUnsignedBytes() {
    var high = Digest.ZERO.bytes();
    high[0] = (byte) 0x80;
    assertThat(Digest.of(high)).isGreaterThan(Digest.ZERO);
  }

  @Test
  void otherFormsAreNotRead() {
    for (var text : new String[] {"", "00", "AB".repeat(32), "0g".repeat(32), "٠".repeat(64)}) {
      assertThat(Digest.parse(text)).as(text).isEmpty();
    }
    assertThatThrownBy(() -> Digest.of(new byte[31])).hasMessage("a digest has 32 bytes, not 31");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
