package dev.countersign.benchmarks.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/// How long each request of one run took. For use by one thread at a time.
public final class Times {
  private final long[] nanos;
  private int count;
  private int failed;

  public Times(int requests) {
    nanos = new long[requests];
  }

  public void answered(long took) {
    nanos[count++] = took;
  }

  /// A failure must not look fast: it counts as if it had taken as long as anybody waits.
  public void failed(Duration patience) {
    failed++;
    answered(patience.toNanos());
  }

  boolean complete() {
    return count == nanos.length;
  }

  /// The time within which this part of the requests was answered (nearest rank), in milliseconds.
  public double millis(double part) {
    if (!complete()) {
      throw new IllegalStateException("the run is not over");
    }
    Arrays.sort(nanos);
    int rank = Math.max(1, (int) Math.ceil(part * nanos.length));
    return nanos[rank - 1] / 1e6;
  }

  public String words() {
    return String.format(
        Locale.ROOT,
        "%d requests, %d failed, p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, longest %.2f ms",
        count,
        failed,
        millis(0.5),
        millis(0.99),
        millis(0.999),
        millis(1));
  }
}
