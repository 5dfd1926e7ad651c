package dev.countersign.cli.api;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// How long to wait before a request is repeated: doubling, with jitter, so that many clients do
/// not come back at once.
///
/// @param patience how long a server may be away in all; then the command ends
record Retries(Duration patience) {

  /// A server that was killed is back within a minute; twice that, for a slow machine.
  static final Retries DEFAULT = new Retries(Duration.ofMinutes(2));

  private static final Duration FIRST = Duration.ofMillis(100);

  // Longer pauses would only delay the way on.
  private static final Duration LONGEST = Duration.ofSeconds(3);

  // Whoever asks for more is not just busy.
  private static final Duration LONGEST_ASKED = Duration.ofSeconds(30);

  // Ends the doubling long before it overflows.
  private static final int MOST_DOUBLINGS = 10;

  /// The pause before the next attempt, or empty if the patience is at its end.
  ///
  /// @param attempt how many there were, from 1
  /// @param waited since the first one failed
  /// @param asked what the server said in `Retry-After`
  Optional<Duration> pause(
      int attempt, Duration waited, Optional<Duration> asked, RandomGenerator random) {
    if (waited.compareTo(patience) >= 0) {
      return Optional.empty();
    }
    var doubled = FIRST.multipliedBy(1L << Math.min(attempt - 1, MOST_DOUBLINGS));
    var longest = shorter(doubled, LONGEST);
    var jittered = longest.dividedBy(2).plusNanos(random.nextLong(longest.toNanos() / 2 + 1));
    var least = shorter(asked.orElse(Duration.ZERO), LONGEST_ASKED);
    return Optional.of(jittered.compareTo(least) >= 0 ? jittered : least.plus(jittered));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /// Whether a repetition may help.
  static boolean helps(int status) {
    // 502 and 504 are a proxy's, before a server that is starting.
    return status == 429 || status == 502 || status == 503 || status == 504;
  }

  /// What `Retry-After` asks for, if it is seconds; a date is ignored.
  static Optional<Duration> asked(Optional<String> header) {
    return header
        .map(String::strip)
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
  }
}
