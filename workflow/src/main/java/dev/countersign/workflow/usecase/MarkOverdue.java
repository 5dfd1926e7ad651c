package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.StageMoves;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.Execution;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.Proposal;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/// Says aloud that nobody reported what came of an execution in time, which counts as harm: else
/// silence would be the best report.
public final class MarkOverdue {
  private final Ledger ledger;
  private final TrustScopes scopes;
  private final DefinitionStore definitions = new DefinitionStore();
  private final ExecutionStore executions = new ExecutionStore();

  public MarkOverdue(Ledger ledger, TrustScopes scopes) {
    this.ledger = ledger;
    this.scopes = scopes;
  }

  /// Marks the execution of the proposal if its outcome is overdue; does nothing otherwise.
  public void mark(TenantId tenant, UUID proposalId, String traceId) {
    mark(
        tenant,
        proposalId,
        traceId,
        transaction -> List.of(LockedWork.of(transaction, proposalId)));
  }

  /// The same of several in one transaction, and says which were marked: those of one scope, and
  /// none that somebody is at.
  ///
  /// @param proposalIds of 1 to [WorkOffDue#TOGETHER]
  public Set<UUID> mark(TenantId tenant, List<UUID> proposalIds, String traceId) {
    return mark(
        tenant,
        proposalIds.getFirst(),
        traceId,
        transaction -> LockedWork.free(transaction, proposalIds));
  }

  /// @param first of the proposals, under which a refusal would be recorded
  private Set<UUID> mark(
      TenantId tenant,
      UUID first,
      String traceId,
      Function<LedgerTransaction, List<LockedWork>> locked) {
    var answer =
        ledger
            .transact(
                Call.system(tenant, "overdue", traceId),
                new Attempt("outcome.overdue", "proposal", first.toString(), Optional.of(first)),
                Rules.APPLY,
                transaction -> Part.ended(mark(transaction, locked.apply(transaction))))
            .answer();
    return Part.ended(answer);
  }

  /// What nobody reported of, and its execution.
  private record Silent(LockedWork work, Execution execution) {
    ScopeKey scope() {
      return work.proposal().scope();
    }
  }

  private List<UUID> mark(LedgerTransaction transaction, List<LockedWork> locked) {
    var silent = locked.stream().flatMap(work -> silent(transaction, work).stream()).toList();
    var together =
        silent.stream().filter(one -> one.scope().equals(silent.getFirst().scope())).toList();
    if (together.isEmpty()) {
      return List.of();
    }
    var events = together.stream().<TrustEvent>map(one -> event(transaction, one)).toList();
    var told = together.stream().map(one -> record(transaction, one)).toList();
    scopes
        .observe(transaction.tenant(), together.getFirst().scope(), events)
        .record(transaction, told);
    return together.stream().map(one -> one.work().proposal().id()).toList();
  }

  private Optional<Silent> silent(LedgerTransaction transaction, LockedWork work) {
    return executions
        .ofProposal(transaction.tenant(), work.proposal().id())
        .filter(execution ->
            execution.outcomeDueAt().filter(due -> !due.isAfter(transaction.now())).isPresent())
        .map(execution -> new Silent(work, execution));
  }

  private StageMoves.Told record(LedgerTransaction transaction, Silent one) {
    var execution = one.execution();
    var proposal = one.work().proposal();
    executions.outcomeKnown(transaction.tenant(), execution.id(), true);
    transaction.record(
        "outcome.overdue",
        "execution",
        execution.id().toString(),
        proposal.id(),
        Json.object()
            .put("proposal_id", proposal.id().toString())
            .put("case_id", one.work().subject().id().toString())
            .put("due_at", execution.outcomeDueAt().map(due -> Json.of(due.toString())))
            .build());
    return new StageMoves.Told(transaction.latest(), proposal.id());
  }

  /// Trust has the deadline from when it was told of the execution; it lies before this moment.
  private TrustEvent.OutcomeOverdue event(LedgerTransaction transaction, Silent one) {
    var proposal = one.work().proposal();
    var deadline =
        transition(transaction, proposal)
            .map(Transition::outcomeDeadline)
            .orElse(Transition.DEFAULT_OUTCOME_DEADLINE);
    var over =
        one.work()
            .happenedAt(transaction, one.execution().executedAt())
            .plus(deadline)
            .plus(1, ChronoUnit.MICROS);
    return new TrustEvent.OutcomeOverdue(proposal.id(), over);
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
