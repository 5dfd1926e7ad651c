package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.Proposal;
import java.util.Optional;

/// What follows from a case having come to another queue, in the transaction that moved it: so it
/// follows once, or the case has not moved.
final class Arrivals {
  private final NewTasks tasks = new NewTasks();
  private final DefinitionStore definitions = new DefinitionStore();
  private final SlaTimers slas = new SlaTimers();
  private final Happenings happenings = new Happenings();

  /// MUST be called after the case was stored as `after`, once for each execution.
  void arrive(
      LedgerTransaction transaction,
      Proposal proposal,
      Case before,
      Case after,
      Transition transition) {
    restart(transaction, after);
    happenings.tell(
        transaction,
        after.id(),
        CaseEvent.Kind.MOVED,
        Json.object()
            .put("transition", transition.type())
            .put("from", before.queue())
            .put("to", after.queue())
            .put("proposal_id", proposal.id().toString())
            .build(),
        Optional.empty());
    tasks.open(transaction, after.id(), transition.opens(), proposal.id());
  }

  /// The same for a case that an execution had moved and that was taken back. MUST be called after
  /// the case was stored as `restored`.
  void goBack(LedgerTransaction transaction, Proposal proposal, Case before, Case restored) {
    restart(transaction, restored);
    happenings.tell(
        transaction,
        restored.id(),
        CaseEvent.Kind.MOVED,
        Json.object()
            .put("rolled_back", true)
            .put("from", before.queue())
            .put("to", restored.queue())
            .put("proposal_id", proposal.id().toString())
            .build(),
        Optional.empty());
    tasks.close(transaction, proposal.id());
  }

  private void restart(LedgerTransaction transaction, Case subject) {
    slas.restart(
        transaction,
        subject,
        definitions
            .version(transaction.tenant(), subject.workflow(), subject.workflowVersion())
            .orElseThrow(),
        transaction.now());
  }
}
