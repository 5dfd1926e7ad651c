package dev.countersign.workflow.usecase;

import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.SlaStore;
import java.time.Instant;

/// Counts the time of a case, which MUST be locked, from when it came to its queue.
final class SlaTimers {
  private final SlaStore timers = new SlaStore();

  /// The same of one that came there within its definition: where that bounds no time, no case of
  /// it has a timer.
  void moved(
      LedgerTransaction transaction, Case subject, WorkflowDefinition definition, Instant since) {
    if (definition.boundsTime()) {
      restart(transaction, subject, definition, since);
    }
  }

  /// A case that nothing leads on has all the time there is.
  void restart(
      LedgerTransaction transaction, Case subject, WorkflowDefinition definition, Instant since) {
    definition
        .slaIn(subject.queue(), since)
        .ifPresentOrElse(
            timer -> timers.start(transaction.tenant(), subject.id(), timer),
            () -> timers.stop(transaction.tenant(), subject.id()));
  }
}
