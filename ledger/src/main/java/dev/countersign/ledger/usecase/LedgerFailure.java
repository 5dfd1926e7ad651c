package dev.countersign.ledger.usecase;

import java.time.Duration;

/// The log cannot take or show an entry now. A repetition helps, after [#retryAfter].
public abstract sealed class LedgerFailure extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final Duration retryAfter;

  private LedgerFailure(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  public Duration retryAfter() {
    return retryAfter;
  }

  /// Appends are stopped; nothing was changed. The message says why and what to do.
  public static final class Stopped extends LedgerFailure {
    private static final long serialVersionUID = 1;

    public Stopped(String reason) {
      super(reason, Duration.ofSeconds(5));
    }
  }

  /// More is waiting than the bound allows; nothing was changed.
  public static final class Overloaded extends LedgerFailure {
    private static final long serialVersionUID = 1;

    public Overloaded() {
      super("too many entries wait for the log", Duration.ofSeconds(1));
    }
  }

  /// The change is committed, but its entries have no index yet; the same `Idempotency-Key` returns
  /// the answer later.
  public static final class Unsettled extends LedgerFailure {
    private static final long serialVersionUID = 1;

    public Unsettled() {
      super("the change is committed but not yet in the log", Duration.ofSeconds(1));
    }
  }

  /// No signed checkpoint covers the entry yet.
  public static final class Uncovered extends LedgerFailure {
    private static final long serialVersionUID = 1;

    public Uncovered() {
      super("no signed checkpoint covers the entry yet", Duration.ofSeconds(1));
    }
  }
}
