package dev.countersign.cli.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Holds a command to a multiple of the time in which things happened. For use by one thread.
public final class Pace {
  /// A million times as fast: eleven days in a second. More is as fast as possible.
  static final double FASTEST = 1e6;

  private final Optional<Double> speed;
  private @Nullable Instant first;
  private long begun;

  /// @param speed how many of their seconds pass in one; as fast as possible if there is none
  public Pace(Optional<Double> speed) {
    if (speed.filter(times -> !(times > 0 && times <= FASTEST)).isPresent()) {
      throw new CommandFailure.NotUsable(
          "`--speed` must be more than 0 and at most 1000000",
          "3600 replays an hour in a second; leave it away for as fast as possible");
    }
    this.speed = speed;
  }

  public boolean held() {
    return speed.isPresent();
  }

  /// Waits until it is time for what happened at `at`; the first call does not wait.
  public void await(Instant at) {
    if (speed.isEmpty()) {
      return;
    }
    if (first == null) {
      first = at;
      begun = System.nanoTime();
      return;
    }
    var elapsed = Duration.ofNanos(System.nanoTime() - begun);
    sleep(due(first, at, speed.get()).minus(elapsed));
  }

  /// How long after `first` something is due.
  static Duration due(Instant first, Instant at, double speed) {
    double seconds = Duration.between(first, at).toMillis() / 1000.0 / speed;
    return Duration.ofMillis((long) (seconds * 1000));
  }

  private static void sleep(Duration pause) {
    if (pause.isNegative() || pause.isZero()) {
      return;
    }
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure.Interrupted("run the same command again; it goes on where it was");
    }
  }
}
