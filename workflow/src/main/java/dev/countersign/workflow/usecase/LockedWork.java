package dev.countersign.workflow.usecase;

import static java.util.stream.Collectors.toMap;

import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.Execution;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.Outcome;
import dev.countersign.workflow.store.OutcomeStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// A proposal with all that its execution touches, locked in the order that everybody keeps: the
/// case, the proposal, the request.
///
/// @param busyWith the unfinished execution that held the case when it was locked
record LockedWork(
    Case subject, Optional<UUID> busyWith, Proposal proposal, ApprovalRequest approval) {

  static LockedWork of(LedgerTransaction transaction, UUID proposalId) {
    var tenant = transaction.tenant();
    var cases = new CaseStore().lockOfProposal(tenant, proposalId);
    var proposals = new ProposalStore().lockAhead(tenant, proposalId);
    // Sends all three, in this order.
    var approval = new ApprovalStore().lockOfProposal(tenant, proposalId);
    var locked =
        cases.findOne().orElseThrow(() -> new Refusal.NotFound("proposal", proposalId.toString()));
    return new LockedWork(
        locked.subject(), locked.busyWith(), proposals.one(), approval.orElseThrow());
  }

  /// Those of the proposals whose cases nobody holds at the moment, by their order in time.
  static List<LockedWork> free(LedgerTransaction transaction, List<UUID> proposalIds) {
    var tenant = transaction.tenant();
    var cases =
        new CaseStore()
            .lockFreeOf(tenant, proposalIds).stream()
                .collect(toMap(locked -> locked.subject().id(), locked -> locked));
    var proposals = new ProposalStore().lockAll(tenant, proposalIds, cases.keySet());
    var requests =
        new ApprovalStore().lockOfProposals(tenant, proposals.stream().map(Proposal::id).toList());
    return proposals.stream()
        .map(proposal -> {
          var locked = Objects.requireNonNull(cases.get(proposal.caseId()));
          var request = Objects.requireNonNull(requests.get(proposal.id()));
          return new LockedWork(locked.subject(), locked.busyWith(), proposal, request);
        })
        .toList();
  }

  /// A request that is locked.
  ///
  /// @param work if it is about a proposal
  /// @param said what people said about it so far
  record Asked(ApprovalRequest approval, Optional<LockedWork> work, List<ApprovalDecision> said) {}

  /// The request with what it is about; empty if there is none of that id.
  static Optional<Asked> asked(LedgerTransaction transaction, UUID approvalId) {
    var tenant = transaction.tenant();
    var cases = new CaseStore().lockOfApproval(tenant, approvalId);
    var proposals = new ProposalStore().lockOfApproval(tenant, approvalId);
    var approvals = new ApprovalStore();
    var found = approvals.lockAhead(tenant, approvalId);
    // Sends all four, in this order.
    var said = approvals.decisions(tenant, approvalId);
    return found
        .findOne()
        .map(approval ->
            new Asked(
                approval,
                cases
                    .findOne()
                    .map(locked ->
                        new LockedWork(
                            locked.subject(), locked.busyWith(), proposals.one(), approval)),
                said));
  }

  /// What was carried out, with what is known of it; its case is locked, so nobody else changes any
  /// of it.
  ///
  /// @param outcomes the first report first
  record Executed(Proposal proposal, Execution execution, List<Outcome> outcomes) {}

  /// The execution with what it carried out; empty if there is none of that id.
  static Optional<Executed> executed(LedgerTransaction transaction, UUID executionId) {
    var tenant = transaction.tenant();
    var _ = new CaseStore().lockOfExecution(tenant, executionId);
    var proposals = new ProposalStore().ofExecution(tenant, executionId);
    var executions = new ExecutionStore().readAhead(tenant, executionId);
    // Sends all four, in this order.
    var outcomes = new OutcomeStore().all(tenant, executionId).list();
    return executions
        .findOne()
        .map(execution -> new Executed(proposals.one(), execution, outcomes));
  }

  /// When it was carried out as far as trust goes. In a demo tenant trust follows the time that the
  /// last approval gave, or the proposal: the execution came right after.
  ///
  /// @param said everything that people said about it
  Instant happenedAt(List<ApprovalDecision> said, Instant executedAt) {
    return said.stream()
        .filter(ApprovalDecision::approves)
        .reduce((_, later) -> later)
        .map(ApprovalDecision::occurredAt)
        .orElse(proposal.occurredAt())
        .orElse(executedAt);
  }

  /// The same, if that was not asked before.
  Instant happenedAt(LedgerTransaction transaction, Instant executedAt) {
    return happenedAt(
        new ApprovalStore().decisions(transaction.tenant(), approval.id()), executedAt);
  }
}
