package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.Proposal;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/// Says aloud that nobody reported what came of an execution in time, which counts as harm: else
/// silence would be the best report.
public final class MarkOverdue {
  private final TrustFeed trust;
  private final DefinitionStore definitions = new DefinitionStore();
  private final ExecutionStore executions = new ExecutionStore();

  public MarkOverdue(Ledger ledger, TrustScopes scopes) {
    this.trust = new TrustFeed(ledger, scopes);
  }

  /// Marks the execution of the proposal if its outcome is overdue; does nothing otherwise.
  public void mark(TenantId tenant, UUID proposalId, String traceId) {
    trust.transact(
        Call.system(tenant, "overdue", traceId),
        new Attempt("outcome.overdue", "proposal", proposalId.toString(), Optional.of(proposalId)),
        (transaction, evidence) -> mark(transaction, evidence, proposalId));
  }

  private JsonObject mark(LedgerTransaction transaction, TrustFeed.Sink evidence, UUID proposalId) {
    var work = LockedWork.of(transaction, proposalId);
    var execution = executions.ofProposal(transaction.tenant(), proposalId).orElseThrow();
    if (execution.outcomeDueAt().filter(due -> !due.isAfter(transaction.now())).isEmpty()) {
      return JsonObject.EMPTY;
    }
    executions.outcomeKnown(transaction.tenant(), execution.id(), true);
    transaction.record(
        "outcome.overdue",
        "execution",
        execution.id().toString(),
        proposalId,
        Json.object()
            .put("proposal_id", proposalId.toString())
            .put("case_id", work.subject().id().toString())
            .put("due_at", execution.outcomeDueAt().map(due -> Json.of(due.toString())))
            .build());
    // Trust has the deadline from when it was told of the execution; it lies before this moment.
    var deadline =
        transition(transaction, work.proposal())
            .map(Transition::outcomeDeadline)
            .orElse(Transition.DEFAULT_OUTCOME_DEADLINE);
    var over =
        work.happenedAt(transaction, execution.executedAt())
            .plus(deadline)
            .plus(1, ChronoUnit.MICROS);
    evidence.observe(
        work.proposal().scope(), new TrustEvent.OutcomeOverdue(proposalId, over), proposalId);
    return JsonObject.EMPTY;
  }

  private Optional<Transition> transition(LedgerTransaction transaction, Proposal proposal) {
    return proposal
        .action()
        .flatMap(action ->
            definitions
                .version(transaction.tenant(), action.workflow(), action.workflowVersion())
                .flatMap(definition -> definition.transition(action.action().type())));
  }
}
