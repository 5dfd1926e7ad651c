package dev.countersign.ledger.usecase;

import dev.countersign.ledger.Entry;
import java.util.concurrent.CompletableFuture;

/// Where a decision goes before it is answered.
///
/// In the product this is the [DecisionWriter] and nothing else. A port, because a benchmark really
/// implements it: what the durable record costs shows only beside the same server without one.
///
/// Implementations MUST be safe for use by many threads and MUST NOT block the one that calls.
@FunctionalInterface
public interface Decisions {

  /// Takes a decision; the future completes once it may be answered, or exceptionally with a
  /// [LedgerFailure] if nothing was written or that is not known.
  CompletableFuture<Result> submit(Submission submission);

  /// A decision that was evaluated under these counters of its tenant.
  record Submission(Entry.Draft draft, long policies, long credentials) {}

  /// What became of a submission.
  sealed interface Result {
    /// It is committed.
    record Committed(Ticket ticket) implements Result {}

    /// Rules or credentials changed since it was evaluated; nothing was written. Evaluate again.
    record Stale() implements Result {}
  }
}
