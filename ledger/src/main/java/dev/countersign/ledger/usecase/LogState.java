package dev.countersign.ledger.usecase;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Whether the log takes entries, and what it has done since the start of this node.
///
/// Safe for use by many threads.
public final class LogState {
  private static final System.Logger LOG = System.getLogger(LogState.class.getName());

  private final AtomicReference<@Nullable String> stopped = new AtomicReference<>();
  private final AtomicReference<@Nullable String> lastFailure = new AtomicReference<>();
  private final LongAdder entries = new LongAdder();
  private final LongAdder batches = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final AtomicReference<Runnable> witnesses = new AtomicReference<>(() -> {});
  private final boolean lossyCommitsAllowed;

  /// @param lossyCommitsAllowed whether a database with `synchronous_commit = off` is accepted:
  ///   true only in tests, whose data nobody misses
  public LogState(boolean lossyCommitsAllowed) {
    this.lossyCommitsAllowed = lossyCommitsAllowed;
  }

  boolean lossyCommitsAllowed() {
    return lossyCommitsAllowed;
  }

  /// Stops all appends until the process is started again: somebody has to look first.
  void stop(String reason) {
    stopped.compareAndSet(null, reason);
  }

  /// Says how witnesses are asked whether they have seen more of the log than the database has;
  /// whoever finds that one has, stops it here.
  void askBeforeAppends(Runnable ask) {
    witnesses.set(ask);
  }

  /// Asks them; returns within seconds, whether they answer or not.
  void askWitnesses() {
    witnesses.get().run();
  }

  /// Why appends are stopped, if they are.
  public Optional<String> stopped() {
    return Optional.ofNullable(stopped.get());
  }

  /// Refuses a write before it commits if the log could not take its entries.
  void admit() {
    var reason = stopped.get();
    if (reason != null) {
      throw new LedgerFailure.Stopped(reason);
    }
  }

  void appended(int count) {
    batches.increment();
    entries.add(count);
  }

  /// Counts a round that failed and will be tried again; the reason is kept, so that health can
  /// show what an operator has to repair.
  void failed(Exception reason) {
    failures.increment();
    lastFailure.set(String.valueOf(reason.getMessage()));
    LOG.log(System.Logger.Level.WARNING, "the log could not go on and tries again", reason);
  }

  /// Why the last round failed that did, if one has since the start.
  public Optional<String> lastFailure() {
    return Optional.ofNullable(lastFailure.get());
  }

  public long entries() {
    return entries.sum();
  }

  public long batches() {
    return batches.sum();
  }

  public long failures() {
    return failures.sum();
  }
}
