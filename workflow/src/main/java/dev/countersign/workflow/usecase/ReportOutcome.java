package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ExecutionState;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.Execution;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.Outcome;
import dev.countersign.workflow.store.OutcomeStore;
import dev.countersign.workflow.store.Proposal;
import java.util.Optional;
import java.util.UUID;

/// Somebody else than the proposer says what came of an execution, once, and what he or another
/// finds out later: a correction stands beside what it corrects.
///
/// The trust scope counts it in the same transaction. That runs under the shared lock of rules
/// first, and under the exclusive one only if a stage moves by it ([TrustFeed]).
public final class ReportOutcome {
  /// The report and its corrections. Who finds out more than that is guessing.
  static final int MOST_REVISIONS = 20;

  private final TrustFeed trust;
  private final DefinitionStore definitions = new DefinitionStore();
  private final ExecutionStore executions = new ExecutionStore();
  private final OutcomeStore outcomes = new OutcomeStore();

  public ReportOutcome(Ledger ledger, TrustScopes scopes) {
    this.trust = new TrustFeed(ledger, scopes);
  }

  /// The answer is the outcome.
  public Recorded report(Call call, UUID executionId, OutcomeReport report) {
    return observe(call, executionId, report, Optional.empty());
  }

  /// The answer is the outcome as it is known by now.
  public Recorded correct(Call call, UUID executionId, OutcomeReport.Correction correction) {
    return observe(call, executionId, correction.report(), Optional.of(correction.corrects()));
  }

  private Recorded observe(
      Call call, UUID executionId, OutcomeReport report, Optional<Integer> corrects) {
    return trust.transact(
        call,
        new Attempt(
            corrects.isPresent() ? "outcome.corrected" : "outcome.observed",
            "execution",
            executionId.toString()),
        (transaction, evidence) -> {
          var executed =
              LockedWork.executed(transaction, executionId)
                  .orElseThrow(() -> new Refusal.NotFound("execution", executionId.toString()));
          transaction.concerns(executed.execution().proposalId());
          return observe(transaction, evidence, executed, report, corrects);
        });
  }

  private JsonObject observe(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      LockedWork.Executed executed,
      OutcomeReport report,
      Optional<Integer> corrects) {
    var tenant = transaction.tenant();
    var proposal = executed.proposal();
    var execution = executed.execution();
    if (transaction.principal().actor().equals(proposal.proposer())) {
      throw new Refusal.Forbidden(
          "proposer_may_not_report", "who proposed does not report what came of it");
    }
    if (execution.state() == ExecutionState.ROLLED_BACK && report.success()) {
      throw new Refusal.Conflict(
          "rolled_back",
          "execution `%s` was taken back, so it has failed; what harm it did can be reported"
              .formatted(execution.id()));
    }
    var outcome =
        new Outcome(
            execution.id(),
            revision(execution, executed.outcomes().size(), corrects),
            report.success(),
            report.severity(),
            report.observedError(),
            report.timeSavedSeconds(),
            report.source(),
            transaction.principal().actor(),
            transaction.now(),
            report.occurredAt());
    if (corrects.isPresent()) {
      outcomes.correct(tenant, outcome);
    } else {
      outcomes.add(tenant, outcome);
    }
    executions.outcomeKnown(tenant, execution.id(), execution.overdue());
    record(transaction, proposal, outcome, corrects);
    evidence.observe(
        proposal.scope(),
        new TrustEvent.OutcomeObserved(
            proposal.id(),
            report.success(),
            report.severity(),
            report.timeSavedSeconds(),
            manualSeconds(transaction, proposal),
            report.occurredAt().orElse(transaction.now()),
            Optional.of(transaction.principal().actor())),
        proposal.id());
    return view(outcome).with("correlation_id", Json.of(proposal.id().toString()));
  }

  /// The revision that comes next; refuses one that somebody else reported before.
  ///
  /// @param known how often something was reported
  private static int revision(Execution execution, int known, Optional<Integer> corrects) {
    if (execution.state() == ExecutionState.EXECUTING
        || execution.state() == ExecutionState.FAILED) {
      throw new Refusal.Conflict(
          "not_executed",
          "execution `%s` is %s".formatted(execution.id(), execution.state().word()));
    }
    if (corrects.isEmpty() && known > 0) {
      throw new Refusal.Conflict(
          "outcome_reported",
          "execution `%s` has its outcome; correct it instead".formatted(execution.id()));
    }
    if (corrects.isPresent() && corrects.get() != known) {
      throw new Refusal.Conflict(
          "outcome_revised",
          "the outcome of execution `%s` is at revision %d, not %d"
              .formatted(execution.id(), known, corrects.get()));
    }
    if (known >= MOST_REVISIONS) {
      throw new Refusal.Conflict(
          "too_many_corrections", "an outcome is corrected at most 19 times");
    }
    return known + 1;
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
  private static void record(
      LedgerTransaction transaction,
      Proposal proposal,
      Outcome outcome,
      Optional<Integer> corrects) {
    transaction.record(
        corrects.isPresent() ? "outcome.corrected" : "outcome.observed",
        "execution",
        outcome.executionId().toString(),
        proposal.id(),
        Json.object()
            .put("proposal_id", proposal.id().toString())
            .put("case_id", proposal.caseId().toString())
            .put("revision", outcome.revision())
            .put("corrects", corrects.map(Json::of))
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
        .put("revision", outcome.revision())
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
