package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Query;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.PreGrant;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.PreGrantStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.util.Optional;

/// Counts what people agreed to beforehand, in the transaction that makes the request.
///
/// Each grant is one vote of who gave it, under the checks of a decision: his role and his
/// credential as they are now, who is barred, four eyes, and whether it is still needed. One that
/// fails them stays as it was. The proposal was weighed in the same transaction, so it need not be
/// weighed again. It is no evidence for trust: nobody judged what was proposed.
final class UseGrants {
  private final Deciders deciders = new Deciders();
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();
  private final PreGrantStore grants = new PreGrantStore();
  private final Ballot ballot = new Ballot();
  private final Watch watch = new Watch();

  /// Asks, with the next statement, for what may fit the action on the case as it is.
  Query.Rows<PreGrant> ask(LedgerTransaction transaction, Case subject, Action action) {
    var proposed = ProposedAction.of(transaction.tenant().tenant(), subject, action);
    return grants.candidates(transaction.tenant(), proposed, subject, transaction.now());
  }

  /// The state of the request after all that fit; an approved one's proposal is approved as well.
  ///
  /// @param candidates that [#ask] asked for
  ApprovalState use(
      LedgerTransaction transaction,
      Case subject,
      Transition transition,
      NewProposals.Made made,
      Query.Rows<PreGrant> candidates) {
    var proposal = made.proposal();
    var state = made.approval().state();
    for (var candidate : candidates.list()) {
      if (state != ApprovalState.PENDING) {
        break;
      }
      if (!candidate.fits(proposal.action().orElseThrow(), subject, transition)) {
        continue;
      }
      var open =
          grants
              .lock(transaction.tenant(), candidate.id())
              .filter(grant -> grant.open(transaction.now()));
      if (open.isPresent()) {
        state = vote(transaction, subject, proposal, made.approval(), open.get());
      }
    }
    if (state == ApprovalState.APPROVED) {
      proposals.move(
          transaction.tenant(),
          proposal,
          ProposalState.APPROVED,
          DecideApproval.leftBehind(transaction.now(), made.approval()));
    }
    return state;
  }

  private ApprovalState vote(
      LedgerTransaction transaction,
      Case subject,
      Proposal proposal,
      ApprovalRequest approval,
      PreGrant grant) {
    var tenant = transaction.tenant();
    var before = approvals.decisions(tenant, approval.id());
    var grantor = deciders.decider(tenant, grant.grantor(), transaction.now());
    if (grantor.isEmpty()) {
      return ApprovalState.PENDING;
    }
    var voter = Voter.himself(grantor.get());
    ApprovalDecision said;
    try {
      var roles = Eligibility.ofProposal(transaction, cases, subject, approval, voter);
      Eligibility.refuseIdle(transaction, approval, before, true, voter, roles);
      said =
          new ApprovalDecision(
              transaction.newId(),
              approval.id(),
              grant.grantor(),
              grantor.get().name(),
              Optional.empty(),
              Optional.of(grant.id()),
              roles,
              watch.look(transaction, voter.hands()).mayDecideAlone(voter.hands()),
              ApprovalDecision.APPROVE,
              "",
              proposal.actionDigest(),
              approval.digest(),
              transaction.now(),
              proposal.occurredAt());
    } catch (Refusal notNow) {
      // He could not decide about this himself, so neither can his word from before.
      return ApprovalState.PENDING;
    }
    var state = ballot.add(transaction, approval, before, said);
    grants.end(
        tenant, grant.ended(PreGrant.State.USED, transaction.now(), Optional.of(proposal.id())));
    record(transaction, proposal, approval, grant, state);
    return state;
  }

  /// Under the proposal's correlation id: it is a step of that action.
  private static void record(
      LedgerTransaction transaction,
      Proposal proposal,
      ApprovalRequest approval,
      PreGrant grant,
      ApprovalState state) {
    transaction.record(
        "grant.used",
        "grant",
        grant.id().toString(),
        proposal.id(),
        Json.object()
            .put("grantor", grant.grantor())
            .put("proposal_id", proposal.id().toString())
            .put("case_id", proposal.caseId().toString())
            .put("approval_id", approval.id().toString())
            .put("action_digest", proposal.actionDigest().hex())
            .put("approval_digest", approval.digest().hex())
            .put("request_state", state.word())
            .build());
  }
}
