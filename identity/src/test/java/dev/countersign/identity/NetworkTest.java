package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.testkit.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.3.1, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "192.168.1.7, 192.168.1.7, true",
    "192.168.1.7, 192.168.1.8, false",
    "0.0.0.0/0, 8.8.8.8, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 8.8.8.8, false",
    "10.0.0.0/8, ::ffff:10.1.2.3, true",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:db9::1, false",
    "fe80::/10, fe80::1%eth0, true",
    "10.0.0.0/8, localhost, false",
    "10.0.0.0/8, '', false"
  })
  void blockHoldsWhatBeginsLikeIt(String network, String address, boolean held) {
    assertThat(Network.parse(network).orElseThrow().contains(address)).isEqualTo(held);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "example.org/8",
        "10.0.0.1/8",
        "10.0.0/8",
        "10",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/",
        "256.0.0.0/8",
        "2001:db8::1/32",
        "2001:db8::/129",
        "::1%lo",
        "1:2:3",
        "10.0.0.0/8/8"
      })
  void whatIsUnclearIsNoNetwork(String text) {
    assertThat(Network.parse(text)).isEmpty();
  }

  @Test
  void writtenBlockIsReadAgain() {
    Property.holdsFor(
        500,
        random -> {
          var bytes = new byte[random.nextBoolean() ? 4 : 16];
          random.nextBytes(bytes);
          int length = random.nextInt(bytes.length * 8 + 1);
          for (int bit = length; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
          }
          try {
            var text = java.net.InetAddress.getByAddress(bytes).getHostAddress() + "/" + length;
            var network = Network.parse(text);
            // An IPv4 address in IPv6 is the IPv4 one, whose prefixes are shorter.
            if (network.isPresent()) {
              assertThat(Network.parse(network.get().toString())).isEqualTo(network);
            }
          } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void whoHasAnIpv6AddressHasThe64AroundIt() {
    assertThat(Network.site("2001:db8:1:2:3:4:5:6")).isEqualTo(Network.site("2001:db8:1:2::9"));
    assertThat(Network.site("2001:db8:1:2::1")).isNotEqualTo(Network.site("2001:db8:1:3::1"));
    assertThat(Network.site("10.1.2.3")).isEqualTo("10.1.2.3");
    assertThat(Network.site("::ffff:10.1.2.3")).isEqualTo("10.1.2.3");
  }
}
