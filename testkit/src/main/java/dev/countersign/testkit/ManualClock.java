package dev.countersign.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that stands still until a test moves it. Safe for use by many threads.
///
/// A copy for another zone ([#withZone]) moves with it.
public final class ManualClock extends Clock {

  private final AtomicReference<Instant> now;

  public ManualClock(Instant start) {
    this.now = new AtomicReference<>(start);
  }

  /// @param start in ISO 8601, `2026-11-01T12:00:00Z`
  public static ManualClock at(String start) {
    return new ManualClock(Instant.parse(start));
  }

  /// Moves the clock on.
  ///
  /// @throws IllegalArgumentException for a negative step; a clock that falls back is set, see
  ///   [#set]
  public void advance(Duration step) {
    if (step.isNegative()) {
      throw new IllegalArgumentException("a clock advances forward, not by `%s`".formatted(step));
    }
    now.updateAndGet(instant -> instant.plus(step));
  }

  /// Sets the clock, also back, as an operator or NTP may.
  public void set(Instant instant) {
    now.set(instant);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    InstantSource source = now::get;
    return source.withZone(zone);
  }
}
