package dev.countersign.ledger.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The cipher is XAES-256-GCM: the vectors of c2sp.org/XAES-256-GCM, one for each case of the
/// subkey.
class ContentKeyTest {
  private static final byte[] NONCE =
      "ABCDEFGHIJKLMNOPQRSTUVWX".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @CsvSource({
    "1, '', ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271",
    "3, c2sp.org/XAES-256-GCM, 986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"
  })
  void publishedVectorsPass(byte filled, String data, String expected) {
    var bytes = new byte[ContentKey.LENGTH];
    Arrays.fill(bytes, filled);
    var key = new ContentKey(bytes);
    var bound = data.getBytes(StandardCharsets.US_ASCII);
    var plain = "XAES-256-GCM".getBytes(StandardCharsets.US_ASCII);
    var sealed = Arrays.copyOf(NONCE, NONCE.length + plain.length + ContentKey.TAG);
    var sealer = new ContentKey.Sealer();
    sealer.seal(key, bound, plain, sealed, 0);
    assertThat(HexFormat.of().formatHex(sealed, NONCE.length, sealed.length)).isEqualTo(expected);
    assertThat(sealer.open(key, bound, sealed, 0)).contains(plain);
    sealed[NONCE.length] ^= 1;
    assertThat(sealer.open(key, bound, sealed, 0)).isEmpty();
  }
}
