package dev.countersign.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicUrlTest {

  @Test
  void withoutASettingItIsThisMachine() {
    assertThat(PublicUrl.of(Optional.empty(), 9000).text()).isEqualTo("http://localhost:9000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://pdp.example.com", "https://pdp.example.com:8443", "http://127.0.0.1:80"})
  void anAddressThatClientsMayTrustIsTaken(String url) {
    assertThat(PublicUrl.of(Optional.of(url), 1).text()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://pdp.example.com",
        "https://pdp.example.com/",
        "https://pdp.example.com/path",
        "https://pdp.example.com?a=b",
        "https://pdp.example.com#a",
        "https://user@pdp.example.com",
        "https://",
        "pdp.example.com",
        "ftp://pdp.example.com",
        "http://localhost.example.com",
        "https://a b",
        ""
      })
  void anyOtherStopsTheStart(String url) {
    assertThatThrownBy(() -> PublicUrl.of(Optional.of(url), 1))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("countersign.public-url");
  }
}
