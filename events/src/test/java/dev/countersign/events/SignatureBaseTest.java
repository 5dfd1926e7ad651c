package dev.countersign.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.events.SignatureBase.Covered;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The published vector for Ed25519: RFC 9421, appendix B.2.6, with the key of B.1.4.
class SignatureBaseTest {
  private static final String KEY =
      """
      MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
      MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
      """;

  private static final SignatureBase BASE =
      new SignatureBase(
          List.of(
              new Covered("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
              new Covered("@method", "POST"),
              new Covered("@path", "/foo"),
              new Covered("@authority", "example.com"),
              new Covered("content-type", "application/json"),
              new Covered("content-length", "18")),
          Instant.ofEpochSecond(1618884473),
          "test-key-ed25519");

  @Test
  void theBaseIsThatOfTheVector() {
    assertThat(new String(BASE.bytes(), StandardCharsets.US_ASCII))
        .isEqualTo(
            """
            "date": Tue, 20 Apr 2021 02:07:55 GMT
            "@method": POST
            "@path": /foo
            "@authority": example.com
            "content-type": application/json
            "content-length": 18
            "@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"\
            """);
  }

  @Test
  void theSignatureIsThatOfTheVector() {
    var signature = WebhookKey.parse(KEY).sign(BASE.bytes());
    assertThat(SignatureBase.binary(signature))
        .isEqualTo(
            ":wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:");
  }

  /// The body of the same appendix; the digest is that of RFC 9530, appendix D.
  @Test
  void theDigestOfABodyIsThatOfItsBytes() {
    var body = "{\"hello\": \"world\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(SignatureBase.contentDigest(body))
        .isEqualTo("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
  }

  @Test
  void whatWouldEndALineIsNoComponent() {
    assertThatThrownBy(() -> new Covered("date", "a\nb"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Covered("Date", "a")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyIsReadAsItWasWritten() {
    var key = WebhookKey.parse(KEY);
    assertThat(WebhookKey.parse(key.text()).id()).isEqualTo(key.id());
    assertThat(key.jwk().text("x"))
        .contains(
            Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                    Base64.getDecoder().decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")));
  }

  /// RFC 8037, appendix A.3: the thumbprint of the key of RFC 8032's first test.
  @Test
  void theIdOfAKeyIsItsThumbprint() {
    var key =
        WebhookKey.parse(
            """
            MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
            """);
    assertThat(key.id()).isEqualTo("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  }

  @Test
  void halvesOfDifferentKeysAreRefused() {
    var lines = KEY.lines().toList();
    var other = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    assertThatThrownBy(() -> WebhookKey.parse(lines.getFirst() + "\n" + other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(lines.getFirst());
  }
}
