package dev.countersign.server.http;

import dev.countersign.identity.Network;
import dev.countersign.server.config.CountersignConfig.Proxy.Header;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// From which address a request comes.
///
/// That is the connection's, unless it is a proxy that configuration trusts: then it is the last
/// one in the proxy's header that is no such proxy itself. What stands before it was written by the
/// caller. Only the one header that is configured is read, since a proxy passes on the other one as
/// the caller sent it.
public final class Arrivals {
  /// More proxies in a row than this are none of ours.
  private static final int MOST_HOPS = 20;

  private static final String FOR = "for=";

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
    values.forEach(value -> hops.addAll(hops(value)));
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

  private List<String> hops(String value) {
    return switch (header) {
      case X_FORWARDED_FOR -> List.of(value.split(",", -1));
      case FORWARDED -> split(value, ',');
    };
  }

  /// By a separator outside of quotes: what a proxy quotes, such as the `Host` that it was sent,
  /// was written by the caller, and may look like a hop. One nameless part if a quote has no end,
  /// for then nobody can tell the proxy's words from the caller's.
  private static List<String> split(String text, char separator) {
    var parts = new ArrayList<String>();
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return quoted ? List.of("") : parts;
  }

  private static String unquoted(String text) {
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }

  /// Without quotes, brackets and port (RFC 7239, section 6).
  private String address(String hop) {
    var text = hop.strip();
    if (header == Header.FORWARDED) {
      var node =
          split(text, ';').stream()
              .map(String::strip)
              .filter(pair -> pair.regionMatches(true, 0, FOR, 0, FOR.length()))
              .findFirst();
      if (node.isEmpty()) {
        return "";
      }
      text = unquoted(node.get().substring(FOR.length()));
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
