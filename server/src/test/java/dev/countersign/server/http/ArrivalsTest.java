package dev.countersign.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Network;
import dev.countersign.server.config.CountersignConfig.Proxy.Header;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrivalsTest {
  private static final String PROXY = "10.0.0.1";

  private static Arrivals trusting(Header header, String... networks) {
    return new Arrivals(
        Stream.of(networks).map(text -> Network.parse(text).orElseThrow()).toList(), header);
  }

  @Test
  void nobodyIsBelievedUnlessConfigurationSaysSo() {
    var arrivals = trusting(Header.X_FORWARDED_FOR);
    assertThat(arrivals.source("198.51.100.1", List.of("203.0.113.7"))).isEqualTo("198.51.100.1");
  }

  @Test
  void onlyATrustedProxyIsBelieved() {
    var arrivals = trusting(Header.X_FORWARDED_FOR, "10.0.0.0/8");
    assertThat(arrivals.source("198.51.100.1", List.of("203.0.113.7"))).isEqualTo("198.51.100.1");
    assertThat(arrivals.source(PROXY, List.of("203.0.113.7"))).isEqualTo("203.0.113.7");
    assertThat(arrivals.source(PROXY, List.of())).isEqualTo(PROXY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // What the caller wrote stands before what the proxies added.
        "1.2.3.4, 203.0.113.7|203.0.113.7",
        "1.2.3.4, 203.0.113.7, 10.0.0.9|203.0.113.7",
        "10.0.0.8, 10.0.0.9|10.0.0.8",
        "203.0.113.7, nonsense|10.0.0.1",
        "203.0.113.7, |10.0.0.1",
        "203.0.113.7%any text|10.0.0.1",
        "203.0.113.7:4711|203.0.113.7",
        "2001:db8::1|2001:db8::1",
        "[2001:db8::1]:4711|2001:db8::1"
      })
  void theLastOneThatIsNoProxyIsTheCaller(String header, String source) {
    var arrivals = trusting(Header.X_FORWARDED_FOR, "10.0.0.0/8");
    assertThat(arrivals.source(PROXY, List.of(header))).isEqualTo(source);
  }

  @Test
  void severalHeadersAreOneList() {
    var arrivals = trusting(Header.X_FORWARDED_FOR, "10.0.0.0/8");
    assertThat(arrivals.source(PROXY, List.of("1.2.3.4", "203.0.113.7, 10.0.0.9")))
        .isEqualTo("203.0.113.7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=203.0.113.7;proto=https;by=10.0.0.1|203.0.113.7",
        "proto=https; For=\"[2001:db8::1]:4711\"|2001:db8::1",
        "for=1.2.3.4, for=203.0.113.7|203.0.113.7",
        // A proxy may pass on what the caller called its host.
        "for=203.0.113.7;host=\"x,for=6.6.6.6;y\"|203.0.113.7",
        "host=\"x;for=6.6.6.6;y\";for=203.0.113.7|203.0.113.7",
        "host=\"x\\\",for=6.6.6.6;y\";for=203.0.113.7|203.0.113.7",
        "for=\"6.6.6.6, for=203.0.113.7|10.0.0.1",
        "for=unknown|10.0.0.1",
        "for=_hidden|10.0.0.1",
        "by=203.0.113.7|10.0.0.1"
      })
  void standardHeaderIsRead(String header, String source) {
    var arrivals = trusting(Header.FORWARDED, "10.0.0.0/8");
    assertThat(arrivals.source(PROXY, List.of(header))).isEqualTo(source);
  }

  @Test
  void endlessListEnds() {
    var arrivals = trusting(Header.X_FORWARDED_FOR, "10.0.0.0/8");
    assertThat(arrivals.source(PROXY, List.of("10.0.0.2,".repeat(1_000) + "10.0.0.2")))
        .isEqualTo("10.0.0.2");
  }
}
