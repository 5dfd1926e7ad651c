package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Which system carries a transition out, and how to ask it.
///
/// The system MUST do what it is asked once for each idempotency key, because a call whose answer
/// was lost is made again. An answer of 2xx to [#compensateUrl] MUST mean that the state from
/// before is back.
///
/// @param url where the action is sent
/// @param compensateUrl where it is taken back; without one an execution can't be rolled back
/// @param timeout for one attempt as a whole
/// @param attempts before a person has to look at it
public record RemoteCall(
    String url, Optional<String> compensateUrl, Duration timeout, int attempts) {

  static final int LONGEST_URL = 2_000;
  private static final int HIGHEST_PORT = 65_535;
  static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);

  /// A lease is held for as long, so a dead node's work waits for it.
  static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(60);

  static final int USUAL_ATTEMPTS = 5;

  /// With doubled pauses ten of them reach over a quarter of an hour; after it a person helps more.
  static final int MOST_ATTEMPTS = 10;

  public RemoteCall {
    wrong(url)
        .or(() -> compensateUrl.flatMap(RemoteCall::wrong))
        .ifPresent(why -> {
          throw new IllegalArgumentException("the address " + why);
        });
  }

  /// What is wrong with `text` as an address, in words that go on from its name.
  static Optional<String> wrong(String text) {
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
      if (uri.getPort() == 0 || uri.getPort() > HIGHEST_PORT) {
        return Optional.of("must have a port from 1 to " + HIGHEST_PORT);
      }
      return uri.getRawUserInfo() != null || uri.getRawFragment() != null
          ? Optional.of("must have neither a user nor a fragment")
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.of("must be `https://host/path`");
    }
  }

  /// Where the system is that carries it out.
  String host() {
    return URI.create(url).getHost();
  }

  /// Where the system is that takes it back, if one does.
  Optional<String> compensateHost() {
    return compensateUrl.map(text -> URI.create(text).getHost());
  }

  /// How long an attempt is nobody else's: its time-out, and time to write down what came of it.
  public Duration lease() {
    return timeout.plusSeconds(20);
  }

  /// Which system it is.
  JsonObject addresses() {
    return Json.object().put("url", url).put("compensate_url", compensateUrl.map(Json::of)).build();
  }

  JsonObject json() {
    return Json.object()
        .put("url", url)
        .put("compensate_url", compensateUrl.map(Json::of))
        .put("timeout_seconds", timeout.toSeconds())
        .put("attempts", attempts)
        .build();
  }
}
