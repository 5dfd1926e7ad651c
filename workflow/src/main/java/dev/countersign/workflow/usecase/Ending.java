package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;

/// Ends a proposal that nobody decided against, together with its approval request. The case and
/// the proposal MUST be locked.
final class Ending {
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();

  /// Something else came first; `code` says what.
  void supersede(LedgerTransaction transaction, Proposal proposal, String code) {
    end(
        transaction,
        proposal,
        ProposalState.SUPERSEDED,
        ApprovalState.SUPERSEDED,
        "proposal.superseded",
        code);
  }

  /// Nobody decided or executed it in time.
  void expire(LedgerTransaction transaction, Proposal proposal) {
    end(
        transaction,
        proposal,
        ProposalState.EXPIRED,
        ApprovalState.EXPIRED,
        "proposal.expired",
        "expired");
  }

  private void end(
      LedgerTransaction transaction,
      Proposal proposal,
      ProposalState state,
      ApprovalState approvalState,
      String entry,
      String code) {
    proposals.move(transaction.tenant(), proposal, state);
    approvals
        .lockOfProposal(transaction.tenant(), proposal.id())
        .ifPresent(request -> approvals.move(transaction.tenant(), request, approvalState));
    transaction.record(
        entry,
        "proposal",
        proposal.id().toString(),
        proposal.id(),
        Json.object()
            .put("case_id", proposal.caseId().toString())
            .put("code", code)
            .put("was", proposal.state().word())
            .build());
  }
}
