package dev.countersign.events;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// How a receiver does, over all its events: a circuit breaker whose state is data, so that all
/// nodes share it and a restart does not forget it.
///
/// One event that a receiver never takes does not open it as long as others succeed in between.
/// While it is open one event at a time is tried, and what waits loses no attempts: an outage of
/// days costs patience, not events.
///
/// @param failures in a row
/// @param failingSince when it opened; empty while it is closed
/// @param retryAt before which nothing is tried
public record ReceiverHealth(
    int failures, Optional<Instant> failingSince, Optional<Instant> retryAt) {
  public static final ReceiverHealth GOOD =
      new ReceiverHealth(0, Optional.empty(), Optional.empty());

  /// A receiver that restarts fails a few times; one that fails five times in a row is away.
  public static final int TOLERATED = 5;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

  /// So soon a receiver that is back is noticed.
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /// Beyond this many doublings the longest pause is reached anyway.
  private static final int MOST_DOUBLINGS = 10;

  public ReceiverHealth {
    if (failures < 0 || failingSince.isPresent() != retryAt.isPresent()) {
      throw new IllegalArgumentException("a receiver that fails is tried again at some time");
    }
  }

  public boolean failing() {
    return failingSince.isPresent();
  }

  /// After an event that the receiver did not take.
  public ReceiverHealth failed(Instant now, RandomGenerator random) {
    int more = Math.min(failures, Integer.MAX_VALUE - 1) + 1;
    if (more < TOLERATED) {
      return new ReceiverHealth(more, Optional.empty(), Optional.empty());
    }
    int doublings = Math.min(more - TOLERATED, MOST_DOUBLINGS);
    var doubled = FIRST_PAUSE.multipliedBy(1L << doublings);
    var pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    return new ReceiverHealth(
        more,
        Optional.of(failingSince.orElse(now)),
        Optional.of(now.plus(RetrySchedule.jittered(pause, random))));
  }
}
