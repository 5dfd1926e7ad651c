package dev.countersign.events;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/// Where events are sent: an address that means the same to everybody who reads it.
///
/// What it says is checked here, where it leads to at each connection (see [AllowedAddresses]).
///
/// @param text as it was given; ASCII, without user, fragment and characters that end a line
public record WebhookUrl(String text) {
  /// What servers take on their request line.
  public static final int LONGEST = 2_000;

  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  public WebhookUrl {
    var wrong = wrong(text);
    if (wrong.isPresent()) {
      throw new IllegalArgumentException("`url` " + wrong.get());
    }
  }

  /// What is wrong with `text` as an address, in words that go on from its name.
  public static Optional<String> wrong(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return Optional.of("must have 1 to " + LONGEST + " characters");
    }
    if (!text.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      return Optional.of("must have visible ASCII characters only; encode others");
    }
    try {
      var uri = new URI(text);
      if (!List.of("http", "https").contains(String.valueOf(uri.getScheme()))
          || uri.getHost() == null
          || uri.getHost().indexOf('%') >= 0) {
        return Optional.of("must be `https://host/path`");
      }
      if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
        return Optional.of("must have neither a user nor a fragment");
      }
      return uri.getPort() == 0 || uri.getPort() > 65_535
          ? Optional.of("must have a port from 1 to 65535")
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.of("must be `https://host/path`");
    }
  }

  private URI uri() {
    return URI.create(text);
  }

  public boolean encrypted() {
    return uri().getScheme().equals("https");
  }

  /// The name or address of the receiver, without brackets.
  public String host() {
    var host = uri().getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  public int port() {
    return uri().getPort() > 0 ? uri().getPort() : encrypted() ? HTTPS : HTTP;
  }

  /// What stands in the field `Host`.
  public String authority() {
    return uri().getRawAuthority();
  }

  /// Path and query, as they stand on the request line.
  public String target() {
    var uri = uri();
    var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  /// Scheme and authority: all that the ledger repeats, for a path may hold a receiver's secret.
  public String origin() {
    return uri().getScheme() + "://" + authority();
  }

  /// `@target-uri` (RFC 9421 section 2.2.2): the address as it was given, with the path that an
  /// empty one means.
  public String targetUri() {
    return origin() + target();
  }
}
