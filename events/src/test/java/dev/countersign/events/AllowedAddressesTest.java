package dev.countersign.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedAddressesTest {
  private static final AllowedAddresses PUBLIC = new AllowedAddresses(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:a9fe:a9fe",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "4000::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void whatIsNotPublicIsRefused(String address) {
    assertThat(PUBLIC.allows(InetAddress.ofLiteral(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450::1",
        "64:ff9b::1.1.1.1",
        "::ffff:1.1.1.1"
      })
  void whatIsPublicIsAllowed(String address) {
    assertThat(PUBLIC.allows(InetAddress.ofLiteral(address))).isTrue();
  }

  /// As a resolver may write them; whatever it makes of them is what is checked.
  @ParameterizedTest
  @ValueSource(strings = {"2130706433", "127.1", "127.0.1", "0"})
  void otherSpellingsOfAnAddressAreWhatTheyMean(String host) throws UnknownHostException {
    assertThat(PUBLIC.allows(InetAddress.getAllByName(host)[0])).isFalse();
  }

  @Test
  void theOperatorAllowsNetworksAndNothingBeside() {
    var allowed = new AllowedAddresses(List.of(Network.parse("10.20.0.0/16").orElseThrow()));
    assertThat(allowed.allows(InetAddress.ofLiteral("10.20.3.4"))).isTrue();
    assertThat(allowed.allows(InetAddress.ofLiteral("10.21.0.1"))).isFalse();
    assertThat(allowed.allows(InetAddress.ofLiteral("169.254.169.254"))).isFalse();
    assertThat(allowed.allows(InetAddress.ofLiteral("1.1.1.1"))).isTrue();
  }
}
