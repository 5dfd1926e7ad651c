package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PepperTest {
  /// Test case 6 of RFC 4231.
  private static final String DATA = "Test Using Larger Than Block-Size Key - Hash Key First";

  private static final String HMAC =
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";

  private final Pepper pepper = new Pepper(filled(131));

  private static byte[] filled(int length) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0xaa);
    return bytes;
  }

  @Test
  void isHmacSha256HoweverManyAskAtOnce() {
    var hashes =
        IntStream.range(0, 10_000)
            .parallel()
            .mapToObj(i -> i % 2 == 0 ? pepper.hash(DATA) : pepper.hash("other"))
            .distinct()
            .map(Object::toString)
            .toList();
    assertThat(hashes).hasSize(2).contains(HMAC);
  }

  @Test
  void knowsASecretByEitherHash() {
    var one = pepper.hash("one");
    var other = pepper.hash("other");
    assertThat(pepper.matches("one", one, other)).isTrue();
    assertThat(pepper.matches("one", other, one)).isTrue();
    assertThat(pepper.matches("one", other, other)).isFalse();
    assertThat(new Pepper(filled(32)).matches("one", one, one)).isFalse();
  }

  @Test
  void isNoShorterThanWhatItHides() {
    assertThatThrownBy(() -> new Pepper(filled(31))).hasMessageContaining("32 bytes");
    assertThat(pepper).hasToString("pepper");
  }
}
