package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Principal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.RuleRunStore;
import java.util.Optional;

/// What follows from a case having come to another queue, in the transaction that moved it: so it
/// follows once, or the case has not moved.
final class Arrivals {
  private final NewTasks tasks = new NewTasks();
  private final DefinitionStore definitions = new DefinitionStore();
  private final SlaTimers slas = new SlaTimers();
  private final RuleRunStore runs = new RuleRunStore();
  private final Reactions reactions;

  Arrivals(Reactions reactions) {
    this.reactions = reactions;
  }

  /// MUST be called after the case was stored as `after`, once for each execution, as the last that
  /// its transaction does.
  void arrive(
      LedgerTransaction transaction,
      Proposal proposal,
      Case before,
      Case after,
      Transition transition) {
    restart(transaction, after);
    tasks.open(transaction, after.id(), transition.opens(), proposal.id());
    var data =
        Json.object()
            .put("transition", transition.type())
            .put("from", before.queue())
            .put("to", after.queue())
            .put("proposal_id", proposal.id().toString())
            .build();
    // Most are no rule's, and nothing has to be looked up for them.
    int depth =
        proposal.principal().kind() == Principal.Kind.RULE
            ? runs.depth(transaction.tenant(), proposal.id())
            : 0;
    reactions.tell(
        transaction,
        after,
        new NewEvents.What(CaseEvent.Kind.MOVED.type(), data, Optional.empty(), depth));
  }

  /// The same for a case that an execution had moved and that was taken back. MUST be called after
  /// the case was stored as `restored`, as the last that its transaction does.
  void goBack(LedgerTransaction transaction, Proposal proposal, Case before, Case restored) {
    restart(transaction, restored);
    tasks.close(transaction, proposal.id());
    var data =
        Json.object()
            .put("rolled_back", true)
            .put("from", before.queue())
            .put("to", restored.queue())
            .put("proposal_id", proposal.id().toString())
            .build();
    reactions.tell(
        transaction,
        restored,
        new NewEvents.What(
            CaseEvent.Kind.MOVED.type(),
            data,
            Optional.empty(),
            runs.depth(transaction.tenant(), proposal.id())));
  }

  private void restart(LedgerTransaction transaction, Case subject) {
    slas.moved(
        transaction,
        subject,
        definitions
            .version(transaction.tenant(), subject.workflow(), subject.workflowVersion())
            .orElseThrow(),
        transaction.now());
  }
}
