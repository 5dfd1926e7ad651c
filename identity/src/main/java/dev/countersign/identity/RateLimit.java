package dev.countersign.identity;

import java.time.Duration;

/// How many calls a key may make: a token bucket of `burst` tokens that refills by `limit` a
/// window.
///
/// Over any span of one window a key so gets at most `limit + burst`.
///
/// @param limit calls per window, at least 1
/// @param burst calls at once, at least 1
public record RateLimit(int limit, int burst) {
  public static final Duration WINDOW = Duration.ofSeconds(60);
  public static final RateLimit DEFAULT = new RateLimit(100, 20);

  /// More is no limit any more.
  public static final int LARGEST = 1_000_000;

  public RateLimit {
    if (limit < 1 || burst < 1) {
      throw new IllegalArgumentException("a rate limit and its burst are at least 1");
    }
  }

  /// What a bucket answered.
  ///
  /// @param remaining calls that may follow at once
  /// @param retryAfter how long until the next one is allowed; zero if this one was
  /// @param fullAfter how long until the bucket is full again, if no call follows
  public record Answer(boolean allowed, long remaining, Duration retryAfter, Duration fullAfter) {}

  /// How long an empty bucket takes to be full, at most.
  public Duration filling() {
    return WINDOW.multipliedBy(burst).dividedBy(limit).plusSeconds(1);
  }
}
