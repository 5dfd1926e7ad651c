package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerFailure;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A person approves, rejects or defers what was proposed. The quorum is one in this storey.
///
/// Rejecting and deferring do no harm, so a closed gate or a freeze does not stop them. An approval
/// is weighed again: what blocks for now is refused and leaves the request open; a case that has
/// moved or a policy that now forbids ends it. What was approved is executed right after the
/// commit, and the answer tells what came of that.
public final class DecideApproval {
  /// The deciding thread executes at once; the timer looks only after what a crash left behind.
  private static final Duration LEFT_BEHIND = Duration.ofSeconds(2);

  private final TenantTransactions transactions;
  private final TrustFeed trust;
  private final ExecuteProposals executions;
  private final Checks checks;
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();
  private final Ending ending = new Ending();

  public DecideApproval(
      TenantTransactions transactions,
      Ledger ledger,
      PolicySnapshots policies,
      TrustScopes scopes,
      ExecuteProposals executions) {
    this.transactions = transactions;
    this.trust = new TrustFeed(ledger, scopes);
    this.executions = executions;
    this.checks = new Checks(policies);
  }

  /// The answer tells the state of the request and of the proposal, and the execution if there was
  /// one.
  public Recorded decide(Call call, UUID approvalId, DecisionRequest request) {
    // Which proposal it is never changes, so it may be read before the transaction that decides.
    var proposalId =
        transactions
            .run(
                call.principal(),
                Rules.READ,
                transaction -> approvals.read(transaction, approvalId))
            .map(ApprovalRequest::proposalId)
            .orElseThrow(() -> new Refusal.NotFound("approval", approvalId.toString()));
    var recorded =
        Settled.orThrow(
            trust.transact(
                call,
                new Attempt(
                    request.entry(), "approval", approvalId.toString(), Optional.of(proposalId)),
                (transaction, evidence) -> decide(transaction, evidence, proposalId, request)));
    return request.approves() ? executed(call, proposalId, recorded) : recorded;
  }

  private JsonObject decide(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      UUID proposalId,
      DecisionRequest request) {
    var tenant = transaction.tenant();
    var known = proposals.read(tenant, proposalId).orElseThrow();
    var subject = cases.lock(tenant, known.caseId()).orElseThrow();
    var proposal = proposals.lock(tenant, proposalId).orElseThrow();
    var approval = approvals.lockOfProposal(tenant, proposalId).orElseThrow();
    refuseUnfit(transaction, proposal, approval);
    refuseEnded(transaction, approval);
    var bound = checks.bound(transaction, proposal, approval);
    refuseChanged(bound, proposal, approval, request);
    if (request.approves()) {
      switch (checks.weigh(transaction, proposal, subject, bound.orElseThrow())) {
        case Checks.Verdict.Clear() -> {}
        case Checks.Verdict.Blocked(var mode) ->
            throw new Refusal.Conflict("blocked", "the action is blocked", mode.blocking());
        case Checks.Verdict.Outlived(var code, var message, var reasons) -> {
          ending.supersede(transaction, proposal, code);
          transaction.record(
              "approval.refused",
              "approval",
              approval.id().toString(),
              proposalId,
              Json.object().put("attempted", request.entry()).put("code", code).build());
          return Settled.refusal(code, message, reasons);
        }
      }
    }
    return decided(transaction, evidence, proposal, approval, request);
  }

  private static void refuseUnfit(
      LedgerTransaction transaction, Proposal proposal, ApprovalRequest approval) {
    var principal = transaction.principal();
    if (principal.actor().equals(proposal.proposer())) {
      throw new Refusal.Forbidden(
          "proposer_may_not_approve", "who proposed does not decide about it");
    }
    if (!principal.holdsAny(approval.approverRoles())) {
      throw new Refusal.Forbidden(
          "not_an_approver",
          "one of these roles is needed: " + String.join(", ", approval.approverRoles()));
    }
  }

  private static void refuseEnded(LedgerTransaction transaction, ApprovalRequest approval) {
    switch (approval.state()) {
      case PENDING -> {
        if (approval.expired(transaction.now())) {
          throw new Refusal.Conflict(
              "approval_expired", "the request expired at " + approval.expiresAt());
        }
      }
      case APPROVED, REJECTED ->
          throw new Refusal.Conflict(
              "already_decided", "the request is %s already".formatted(approval.state().word()));
      case EXPIRED ->
          throw new Refusal.Conflict(
              "approval_expired", "the request expired at " + approval.expiresAt());
      case WITHDRAWN, SUPERSEDED ->
          throw new Refusal.Conflict("approval_ended", "the request is " + approval.state().word());
    }
  }

  private static void refuseChanged(
      Optional<Checks.Bound> bound,
      Proposal proposal,
      ApprovalRequest approval,
      DecisionRequest request) {
    if (bound.isEmpty()
        || !request.actionDigest().equals(proposal.actionDigest())
        || request.approvalDigest().filter(given -> !given.equals(approval.digest())).isPresent()) {
      throw new Refusal.Conflict(
          "digest_mismatch", "the digest is not that of the action that waits for a decision");
    }
  }

  private JsonObject decided(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      Proposal proposal,
      ApprovalRequest approval,
      DecisionRequest request) {
    var tenant = transaction.tenant();
    var now = transaction.now();
    var principal = transaction.principal();
    approvals.decide(
        tenant,
        new ApprovalDecision(
            transaction.newId(),
            approval.id(),
            principal.actor(),
            principal.name(),
            request.decision(),
            request.reason(),
            proposal.actionDigest(),
            approval.digest(),
            now,
            request.occurredAt()));
    var state = proposal.state();
    var approvalState = approval.state();
    if (!request.defers()) {
      state = request.approves() ? ProposalState.APPROVED : ProposalState.REJECTED;
      approvalState = request.approves() ? ApprovalState.APPROVED : ApprovalState.REJECTED;
      approvals.move(tenant, approval, approvalState);
      proposals.move(tenant, proposal, state, earlier(now.plus(LEFT_BEHIND), approval.expiresAt()));
    }
    transaction.record(
        request.entry(),
        "approval",
        approval.id().toString(),
        proposal.id(),
        Json.object()
            .put("proposal_id", proposal.id().toString())
            .put("action_digest", proposal.actionDigest().hex())
            .put("approval_digest", approval.digest().hex())
            .put("occurred_at", request.occurredAt().map(time -> Json.of(time.toString())))
            .build());
    if (!request.defers()) {
      // After the decision's own entry, so that a stage's change follows its cause in the log.
      evidence.observe(
          proposal.scope(),
          new TrustEvent.Decided(
              proposal.id(), request.approves(), request.occurredAt().orElse(now), true),
          proposal.id());
    }
    return Json.object()
        .put("approval_id", approval.id().toString())
        .put("proposal_id", proposal.id().toString())
        .put("correlation_id", proposal.id().toString())
        .put("decision", request.decision())
        .put("state", approvalState.word())
        .put("proposal_state", state.word())
        .build();
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /// The decision stands whatever comes of the execution; what fails now is left to the timer.
  private Recorded executed(Call call, UUID proposalId, Recorded recorded) {
    JsonObject progress;
    try {
      progress = executions.execute(call.principal().tenant(), proposalId, call.traceId());
    } catch (DatabaseFailure | LedgerFailure later) {
      return recorded;
    }
    var answer = recorded.answer();
    for (var name : List.of("proposal_state", "execution", "blocked")) {
      var value = progress.member(name);
      if (value.isPresent()) {
        answer = answer.with(name, value.get());
      }
    }
    return new Recorded(answer, recorded.tickets(), recorded.repeated());
  }
}
