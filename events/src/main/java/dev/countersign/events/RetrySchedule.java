package dev.countersign.events;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// When an event that a receiver did not take is sent again, and when no more.
///
/// Soon at first, for most failures are short, then rarely: 13 attempts within about a day. A day
/// is what a person needs to notice; after it the event waits among the dead letters for him, and
/// the later ones of its case go on.
///
/// @param delays after the first failure, the second, and so on
public record RetrySchedule(List<Duration> delays) {
  /// Some 24 hours in all.
  public static final RetrySchedule USUAL =
      new RetrySchedule(
          List.of(
              Duration.ofSeconds(5),
              Duration.ofSeconds(30),
              Duration.ofMinutes(2),
              Duration.ofMinutes(10),
              Duration.ofMinutes(30),
              Duration.ofHours(1),
              Duration.ofHours(2),
              Duration.ofHours(4),
              Duration.ofHours(4),
              Duration.ofHours(4),
              Duration.ofHours(4),
              Duration.ofHours(4)));

  /// How far a delay may be off, so that what failed together does not come back together.
  private static final double JITTER = 0.2;

  public RetrySchedule {
    delays = List.copyOf(delays);
  }

  /// How long to wait after so many failures; empty if it was the last attempt.
  public Optional<Duration> after(int failures, RandomGenerator random) {
    return failures > delays.size()
        ? Optional.empty()
        : Optional.of(jittered(delays.get(failures - 1), random));
  }

  static Duration jittered(Duration delay, RandomGenerator random) {
    double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
    return Duration.ofMillis(Math.round(delay.toMillis() * factor));
  }
}
