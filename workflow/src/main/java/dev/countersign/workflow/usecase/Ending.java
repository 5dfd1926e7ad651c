package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.util.Optional;

/// Ends a proposal that nobody decided against together with its approval request; its case and it
/// MUST be locked. Trust hears of it: whoever takes back what looks bad must not look better for
/// it.
final class Ending {
  private final TrustScopes scopes;
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();

  Ending(TrustScopes scopes) {
    this.scopes = scopes;
  }

  /// Something else came first; `code` says what. Refuses while it is being carried out: nobody
  /// knows how far another system came.
  void supersede(LedgerTransaction transaction, Proposal proposal, String code) {
    if (proposal.state() == ProposalState.EXECUTING) {
      throw new Refusal.Conflict(
          "case_busy", "proposal `" + proposal.id() + "` is being carried out");
    }
    end(
        transaction,
        proposal,
        request(transaction, proposal),
        ProposalState.SUPERSEDED,
        ApprovalState.SUPERSEDED,
        "proposal.superseded",
        code,
        Optional.empty());
  }

  /// Nobody decided or executed it in time.
  void expire(LedgerTransaction transaction, LockedWork work) {
    end(
        transaction,
        work.proposal(),
        Optional.of(work.approval()),
        ProposalState.EXPIRED,
        ApprovalState.EXPIRED,
        "proposal.expired",
        "expired",
        Optional.empty());
  }

  /// Who proposed took it back.
  void withdraw(LedgerTransaction transaction, Proposal proposal, String reason) {
    end(
        transaction,
        proposal,
        request(transaction, proposal),
        ProposalState.WITHDRAWN,
        ApprovalState.WITHDRAWN,
        "proposal.withdrawn",
        "withdrawn",
        Optional.of(reason).filter(text -> !text.isEmpty()));
  }

  private Optional<ApprovalRequest> request(LedgerTransaction transaction, Proposal proposal) {
    return approvals.lockOfProposal(transaction.tenant(), proposal.id());
  }

  private void end(
      LedgerTransaction transaction,
      Proposal proposal,
      Optional<ApprovalRequest> request,
      ProposalState state,
      ApprovalState approvalState,
      String entry,
      String code,
      Optional<String> reason) {
    var tenant = transaction.tenant();
    proposals.move(tenant, proposal, state);
    request.ifPresent(waiting -> approvals.move(tenant, waiting, approvalState));
    transaction.record(
        entry,
        "proposal",
        proposal.id().toString(),
        proposal.id(),
        Json.object()
            .put("case_id", proposal.caseId().toString())
            .put("approval_id", request.map(waiting -> Json.of(waiting.id().toString())))
            .put("code", code)
            .put("reason", reason.map(Json::of))
            .put("was", proposal.state().word())
            .build());
    var ended =
        new TrustEvent.Ended(
            proposal.id(),
            state == ProposalState.EXPIRED
                ? TrustEvent.Ending.EXPIRED
                : TrustEvent.Ending.WITHDRAWN,
            proposal.occurredAt().orElse(transaction.now()));
    scopes.observe(tenant, proposal.scope(), ended).record(transaction, proposal.id());
  }
}
