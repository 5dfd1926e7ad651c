package dev.countersign.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/// Under which address clients know this server; what it publishes about itself begins with it.
///
/// Never taken from a request: whoever sends a `Host` field of his choice would choose where other
/// clients send their keys.
///
/// @param text without a slash at the end
public record PublicUrl(String text) {

  /// Throws [StartRefused] for an address that clients must not trust.
  ///
  /// @param given as configured, if it is
  /// @param port on which the server listens; without a configured address, that of this machine
  public static PublicUrl of(Optional<String> given, int port) {
    var text = given.orElse("http://localhost:" + port);
    try {
      var uri = new URI(text);
      boolean secure =
          "https".equals(uri.getScheme())
              || ("http".equals(uri.getScheme())
                  && ("localhost".equals(uri.getHost()) || "127.0.0.1".equals(uri.getHost())));
      boolean bare =
          uri.getHost() != null
              && uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && uri.getRawPath().isEmpty();
      if (secure && bare) {
        return new PublicUrl(text);
      }
    } catch (URISyntaxException e) {
      // Refused below, with the same words.
    }
    throw new StartRefused(
        "`countersign.public-url` is not an address for clients: `" + text + "`",
        "give `https://host` or `https://host:port`, without a path; http only for localhost");
  }
}
