package dev.countersign.server.http;

import dev.countersign.identity.Network;
import dev.countersign.server.config.CountersignConfig.Proxy.Header;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/// From which address a request comes.
///
/// That is the connection's, unless it is a proxy that configuration trusts: then it is the last
/// one in the proxy's header that is no such proxy itself. What stands before it was written by the
/// caller. Only the one header that is configured is read, since a proxy passes on the other one as
/// the caller sent it.
public final class Arrivals {
  /// More proxies in a row than this are none of ours.
  private static final int MOST_HOPS = 20;

  private static final Pattern FOR =
      Pattern.compile("(?i)(?:^|[;\\s])for=(?:\"([^\"]*)\"|([^;,\\s]*))");

  private final List<Network> trusted;
  private final Header header;

  /// @param trusted the proxies whose word is believed
  public Arrivals(List<Network> trusted, Header header) {
    this.trusted = List.copyOf(trusted);
    this.header = header;
  }

  String source(HttpServerRequest http) {
    SocketAddress peer = http.remoteAddress();
    var address = peer == null ? "" : Objects.requireNonNullElse(peer.hostAddress(), "");
    return trusted.isEmpty() ? address : source(address, http.headers().getAll(name()));
  }

  /// @param values of the header, in the order in which they came
  String source(String peer, List<String> values) {
    var hops = new ArrayList<String>();
    values.forEach(value -> hops.addAll(List.of(value.split(",", -1))));
    var source = peer;
    for (int i = 1; i <= Math.min(hops.size(), MOST_HOPS) && isTrusted(source); i++) {
      var before = address(hops.get(hops.size() - i));
      if (!Network.isAddress(before)) {
        // Whatever that is, nobody is let in from it: the proxy itself is who we know.
        return source;
      }
      source = before;
    }
    return source;
  }

  private boolean isTrusted(String address) {
    return trusted.stream().anyMatch(network -> network.contains(address));
  }

  private String name() {
    return switch (header) {
      case X_FORWARDED_FOR -> "X-Forwarded-For";
      case FORWARDED -> "Forwarded";
    };
  }

  /// Without quotes, brackets and port (RFC 7239, section 6).
  private String address(String hop) {
    var text = hop.strip();
    if (header == Header.FORWARDED) {
      var found = FOR.matcher(text);
      if (!found.find()) {
        return "";
      }
      text = Objects.requireNonNullElse(found.group(1), found.group(2));
    }
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      return end < 0 ? "" : text.substring(1, end);
    }
    int colon = text.indexOf(':');
    boolean port = colon >= 0 && colon == text.lastIndexOf(':');
    return port ? text.substring(0, colon) : text;
  }
}
