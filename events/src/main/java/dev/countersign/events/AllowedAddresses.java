package dev.countersign.events;

import dev.countersign.identity.Network;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The addresses that webhooks may lead to: public ones, and those that the operator named.
///
/// Whoever may make a webhook chooses where this server connects to, from inside of its network. So
/// an address is refused unless it is known to be public: of IPv6 only what is global unicast is
/// (RFC 4291), of IPv4 all but the special-purpose blocks (RFC 6890 and IANA's registry).
public final class AllowedAddresses {
  private static final List<Network> SPECIAL_IPV4 =
      networks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // behind a carrier's translation
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link-local; where clouds keep their metadata
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // relays of 6to4
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, and broadcast

  private static final List<Network> GLOBAL_IPV6 = networks("2000::/3");

  private static final List<Network> SPECIAL_IPV6 =
      networks(
          "2001::/23", // protocol assignments, Teredo among them, which carries an IPv4 address
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4, which carries an IPv4 address
          "3fff::/20"); // documentation

  /// IPv4 behind a translator (RFC 6052): as good as the address that it carries.
  private static final List<Network> TRANSLATED = networks("64:ff9b::/96");

  private static final int CARRIED = 12;

  private final List<Network> byOperator;

  /// @param byOperator what is allowed besides, whatever it is
  public AllowedAddresses(List<Network> byOperator) {
    this.byOperator = List.copyOf(byOperator);
  }

  private static List<Network> networks(String... blocks) {
    return Stream.of(blocks).map(block -> Network.parse(block).orElseThrow()).toList();
  }

  /// Whether this server may connect to it. The JDK has made IPv4 of an IPv6 address that maps one.
  public boolean allows(InetAddress address) {
    return in(byOperator, address) || isPublic(address);
  }

  private static boolean isPublic(InetAddress address) {
    if (address instanceof Inet4Address) {
      return !in(SPECIAL_IPV4, address);
    }
    if (in(TRANSLATED, address)) {
      return isPublic(carried(address));
    }
    return in(GLOBAL_IPV6, address) && !in(SPECIAL_IPV6, address);
  }

  private static InetAddress carried(InetAddress address) {
    var bytes = address.getAddress();
    var parts = new ArrayList<String>();
    for (int i = CARRIED; i < bytes.length; i++) {
      parts.add(Integer.toString(Byte.toUnsignedInt(bytes[i])));
    }
    return InetAddress.ofLiteral(String.join(".", parts));
  }

  private static boolean in(List<Network> networks, InetAddress address) {
    var text = address.getHostAddress();
    return networks.stream().anyMatch(network -> network.contains(text));
  }
}
