package dev.countersign.identity;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/// A block of addresses in CIDR notation (RFC 4632, RFC 4291): `10.0.0.0/8`, `2001:db8::/32`; one
/// address alone is the block that holds nothing else.
///
/// An IPv4 address that is written as an IPv6 one (`::ffff:10.0.0.1`) is the IPv4 address. No name
/// is ever looked up.
public final class Network {
  private static final Pattern IPV4 = Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
  private static final int LONGEST = 49;

  /// Whoever has an IPv6 address has the /64 around it to choose from (RFC 6177).
  private static final int IPV6_SITE = 64;

  private final byte[] start;
  private final int length;

  private Network(byte[] start, int length) {
    this.start = start;
    this.length = length;
  }

  /// The block written in `text`; empty unless every bit behind the prefix is zero, for then it is
  /// unclear which one is meant.
  public static Optional<Network> parse(String text) {
    // A zone (RFC 4007) means something on one machine alone.
    if (text.length() > LONGEST || text.indexOf('%') >= 0) {
      return Optional.empty();
    }
    int slash = text.indexOf('/');
    var bytes = bytes(slash < 0 ? text : text.substring(0, slash));
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    int bits = bytes.get().length * Byte.SIZE;
    int length = slash < 0 ? bits : prefix(text.substring(slash + 1));
    return length < 0 || length > bits || !Arrays.equals(cut(bytes.get(), length), bytes.get())
        ? Optional.empty()
        : Optional.of(new Network(bytes.get(), length));
  }

  /// Whether `address` is an address, and in this block.
  public boolean contains(String address) {
    return bytes(address)
        .filter(bytes -> bytes.length == start.length && Arrays.equals(cut(bytes, length), start))
        .isPresent();
  }

  /// Who is behind an address, for counting: the address itself, for IPv6 its /64; what is no
  /// address is counted as it is.
  public static String site(String address) {
    return bytes(address)
        .map(bytes ->
            bytes.length == 4 ? written(bytes) : written(cut(bytes, IPV6_SITE)) + "/" + IPV6_SITE)
        .orElse(address);
  }

  /// Whether `text` is an address that means the same everywhere, and neither a name nor one with a
  /// zone (RFC 4007), which may be any text.
  public static boolean isAddress(String text) {
    return text.indexOf('%') < 0 && bytes(text).isPresent();
  }

  private static Optional<byte[]> bytes(String address) {
    int zone = address.indexOf('%');
    var text = zone < 0 ? address : address.substring(0, zone);
    if (text.length() > LONGEST
        || !(IPV4.matcher(text).matches() || IPV6.matcher(text).matches())) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text).getAddress());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static int prefix(String text) {
    return text.matches("0|[1-9][0-9]{0,2}") ? Integer.parseInt(text) : -1;
  }

  private static byte[] cut(byte[] address, int length) {
    var cut = address.clone();
    for (int i = 0; i < cut.length; i++) {
      int kept = Math.clamp(length - (long) i * Byte.SIZE, 0, Byte.SIZE);
      cut[i] &= (byte) (0xff << (Byte.SIZE - kept));
    }
    return cut;
  }

  private static String written(byte[] address) {
    try {
      var known = InetAddress.getByAddress(address);
      return known instanceof Inet4Address ? known.getHostAddress() : compressed(address);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("four or sixteen bytes are an address", e);
    }
  }

  /// Eight groups without leading zeros; the form of RFC 5952 but for `::`.
  private static String compressed(byte[] address) {
    var text = new StringBuilder();
    for (int i = 0; i < address.length; i += 2) {
      int group = (address[i] & 0xff) << Byte.SIZE | (address[i + 1] & 0xff);
      text.append(i == 0 ? "" : ":").append(Integer.toHexString(group));
    }
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Network network
        && length == network.length
        && Arrays.equals(start, network.start);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(start) + length;
  }

  @Override
  public String toString() {
    return written(start) + "/" + length;
  }
}
