package dev.countersign.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Waits for a condition, so that no test sleeps for a time that it hopes is enough.
public final class Await {

  private static final int POLL_MILLIS = 5;

  private Await() {}

  /// Returns as soon as the condition holds.
  ///
  /// @throws AssertionError when it does not hold within the limit
  public static void until(Duration limit, BooleanSupplier condition) {
    until("the condition", limit, condition);
  }

  /// @param what is awaited, for the message: `the webhook's delivery`
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    var deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new AssertionError(
            "%s did not come about within %d ms".formatted(what, limit.toMillis()));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException interruption) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + what, interruption);
      }
    }
  }
}
