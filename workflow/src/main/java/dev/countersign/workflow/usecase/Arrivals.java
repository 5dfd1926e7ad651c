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
    slas.restart(
        transaction,
        after,
        definitions
            .version(transaction.tenant(), after.workflow(), after.workflowVersion())
            .orElseThrow(),
        transaction.now());
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
}
