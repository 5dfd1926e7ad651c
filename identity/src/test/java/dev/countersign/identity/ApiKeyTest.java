package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Ids;
import dev.countersign.testkit.ManualClock;
import dev.countersign.testkit.Property;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ApiKeyTest {

  private static final Pepper PEPPER = new Pepper(new byte[32]);

  @Test
  void keyIsReadAsItIsShown() {
    Property.holdsFor(
        500,
        random -> {
          var key = ApiKey.generate(new Ids(ManualClock.at("2026-11-01T12:00:00Z"), random));
          assertThat(ApiKey.parse(key.text())).contains(key);
          assertThat(key.text()).matches("ck_[0-9a-f]{16}\\.[A-Za-z0-9_-]{43}");
          assertThat(PEPPER.matches(key.secret(), PEPPER.hash(key.secret()), Digest.ZERO)).isTrue();
        });
  }

  @Test
  void otherFormsAreNoKeys() {
    var good = "ck_0123456789abcdef." + "A".repeat(43);
    assertThat(ApiKey.parse(good)).isPresent();
    for (var text :
        new String[] {
          "",
          ".",
          good + "A",
          good + "\n",
          " " + good,
          good.replace("ck_", "ck-"),
          good.replace("abcdef", "ABCDEF"),
          good.substring(1),
          good.replace(".", ":"),
          good.substring(0, good.length() - 1) + "é",
          good + "." + good
        }) {
      assertThat(ApiKey.parse(text)).as(text).isEmpty();
    }
  }

  @Test
  void secretIsNotShownByAccident() {
    var key = new ApiKey("ck_0123456789abcdef", "S".repeat(43));
    assertThat(key).hasToString("ck_0123456789abcdef");
    assertThat(PEPPER).hasToString("pepper");
  }

  /// RFC 4231, test case 2, with the key filled up by zeroes as HMAC itself fills it.
  @Test
  void hashIsHmacSha256() {
    var secret = new byte[32];
    System.arraycopy("Jefe".getBytes(StandardCharsets.US_ASCII), 0, secret, 0, 4);
    assertThat(new Pepper(secret).hash("what do ya want for nothing?"))
        .isEqualTo(
            Digest.parse("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
                .orElseThrow());
  }

  @Test
  void hashDependsOnThePepper() {
    var other = new byte[32];
    other[31] = 1;
    assertThat(new Pepper(other).matches("secret", PEPPER.hash("secret"), Digest.ZERO)).isFalse();
    assertThat(PEPPER.matches("secret", Digest.ZERO, PEPPER.hash("secret"))).isTrue();
    assertThat(PEPPER.matches("secre", PEPPER.hash("secret"), Digest.ZERO)).isFalse();
  }

  @Test
  void shortPepperIsRefused() {
    assertThatThrownBy(() -> new Pepper(new byte[31])).hasMessage("a pepper has at least 32 bytes");
  }
}
