package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.time.Instant;
import java.util.UUID;

/// A proposal with all that its execution touches, locked in the order that everybody keeps: the
/// case, the proposal, the request.
record LockedWork(Case subject, Proposal proposal, ApprovalRequest approval) {

  static LockedWork of(LedgerTransaction transaction, UUID proposalId) {
    var tenant = transaction.tenant();
    var cases = new CaseStore().lockOfProposal(tenant, proposalId);
    var proposals = new ProposalStore().lockAhead(tenant, proposalId);
    // Sends all three, in this order.
    var approval = new ApprovalStore().lockOfProposal(tenant, proposalId);
    var subject =
        cases.findOne().orElseThrow(() -> new Refusal.NotFound("proposal", proposalId.toString()));
    return new LockedWork(subject, proposals.one(), approval.orElseThrow());
  }

  /// When it was carried out as far as trust goes. In a demo tenant trust follows the time that the
  /// last approval gave, or the proposal: the execution came right after.
  Instant happenedAt(LedgerTransaction transaction, Instant executedAt) {
    return new ApprovalStore()
        .decisions(transaction.tenant(), approval.id()).stream()
            .filter(ApprovalDecision::approves)
            .reduce((_, later) -> later)
            .map(ApprovalDecision::occurredAt)
            .orElse(proposal.occurredAt())
            .orElse(executedAt);
  }
}
