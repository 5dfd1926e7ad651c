package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.Execution;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.Outcome;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.util.Optional;
import java.util.UUID;

/// Somebody else than the proposer says what came of an execution, once.
///
/// The trust scope counts it in the same transaction. That runs under the shared lock of rules
/// first, and under the exclusive one only if a stage moves by it ([TrustFeed]).
public final class ReportOutcome {
  private final TenantTransactions transactions;
  private final TrustFeed trust;
  private final DefinitionStore definitions = new DefinitionStore();
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ExecutionStore executions = new ExecutionStore();

  public ReportOutcome(TenantTransactions transactions, Ledger ledger, TrustScopes scopes) {
    this.transactions = transactions;
    this.trust = new TrustFeed(ledger, scopes);
  }

  /// The answer is the outcome.
  public Recorded report(Call call, UUID executionId, OutcomeReport report) {
    // What is executed never changes, so it may be read before the transaction that reports.
    var execution =
        transactions
            .run(
                call.principal(),
                Rules.READ,
                transaction -> executions.read(transaction, executionId))
            .orElseThrow(() -> new Refusal.NotFound("execution", executionId.toString()));
    return trust.transact(
        call,
        new Attempt(
            "outcome.observed",
            "execution",
            executionId.toString(),
            Optional.of(execution.proposalId())),
        (transaction, evidence) -> report(transaction, evidence, execution, report));
  }

  private JsonObject report(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      Execution execution,
      OutcomeReport report) {
    var tenant = transaction.tenant();
    var proposal = proposals.read(tenant, execution.proposalId()).orElseThrow();
    if (transaction.principal().actor().equals(proposal.proposer())) {
      throw new Refusal.Forbidden(
          "proposer_may_not_report", "who proposed does not report what came of it");
    }
    cases.lock(tenant, proposal.caseId());
    proposals.lock(tenant, proposal.id());
    var outcome =
        new Outcome(
            execution.id(),
            report.success(),
            report.severity(),
            report.observedError(),
            report.timeSavedSeconds(),
            report.source(),
            transaction.principal().actor(),
            transaction.now(),
            report.occurredAt());
    if (!executions.observe(tenant, outcome)) {
      throw new Refusal.Conflict(
          "outcome_reported", "execution `%s` has its outcome".formatted(execution.id()));
    }
    record(transaction, proposal, outcome);
    evidence.observe(
        proposal.scope(),
        new TrustEvent.OutcomeObserved(
            proposal.id(),
            report.success(),
            report.severity(),
            report.timeSavedSeconds(),
            manualSeconds(transaction, proposal),
            report.occurredAt().orElse(transaction.now())),
        proposal.id());
    return view(outcome).with("correlation_id", Json.of(proposal.id().toString()));
  }

  private Optional<Long> manualSeconds(LedgerTransaction transaction, Proposal proposal) {
    return proposal
        .action()
        .flatMap(action ->
            definitions
                .version(transaction.tenant(), action.workflow(), action.workflowVersion())
                .flatMap(definition -> definition.transition(action.action().type())))
        .flatMap(Transition::manualSeconds);
  }

  /// The observed error is what somebody wrote, so it stays out of the entry.
  private static void record(LedgerTransaction transaction, Proposal proposal, Outcome outcome) {
    transaction.record(
        "outcome.observed",
        "execution",
        outcome.executionId().toString(),
        proposal.id(),
        Json.object()
            .put("proposal_id", proposal.id().toString())
            .put("success", outcome.success())
            .put("severity", outcome.severity().word())
            .put("time_saved_seconds", outcome.timeSavedSeconds().map(Json::of))
            .put("source", outcome.source().map(Json::of))
            .put("occurred_at", outcome.occurredAt().map(time -> Json.of(time.toString())))
            .build());
  }

  static JsonObject view(Outcome outcome) {
    return Json.object()
        .put("execution_id", outcome.executionId().toString())
        .put("success", outcome.success())
        .put("severity", outcome.severity().word())
        .put("observed_error", outcome.observedError().map(Json::of))
        .put("time_saved_seconds", outcome.timeSavedSeconds().map(Json::of))
        .put("source", outcome.source().map(Json::of))
        .put("observer", outcome.observer())
        .put("reported_at", outcome.reportedAt().toString())
        .put("occurred_at", outcome.occurredAt().map(time -> Json.of(time.toString())))
        .build();
  }
}
