package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.Proposal;
import java.util.List;

/// How a decision about a proposal is told, in the log and to who made it. A decoy that was
/// deferred is told of by the same, so that nobody can tell it from a request.
///
/// @param approval as it was before
record ToldDecision(
    Proposal proposal,
    ApprovalRequest approval,
    ApprovalDecision said,
    Voter voter,
    DecisionRequest request) {

  /// @param state of the request from now on
  void record(LedgerTransaction transaction, ApprovalState state) {
    transaction.record(
        request.entry(),
        "approval",
        approval.id().toString(),
        proposal.id(),
        Json.object()
            .put("proposal_id", proposal.id().toString())
            .put("case_id", proposal.caseId().toString())
            .put("action_digest", proposal.actionDigest().hex())
            .put("approval_digest", approval.digest().hex())
            .put("request_state", state.word())
            .put("decided_for", voter.decidedFor().map(Json::of))
            .put("delegation_id", voter.delegationId().map(id -> Json.of(id.toString())))
            .put("alone", said.alone())
            .put("occurred_at", request.occurredAt().map(time -> Json.of(time.toString())))
            .build());
  }

  /// @param all what was said about the request, this too
  JsonObject answer(ApprovalState state, ProposalState proposalState, List<ApprovalDecision> all) {
    var answer =
        Json.object()
            .put("approval_id", approval.id().toString())
            .put("proposal_id", proposal.id().toString())
            .put("correlation_id", proposal.id().toString())
            .put("decision", request.decision())
            .put("decided_for", voter.decidedFor().map(Json::of));
    return ApprovalView.standing(answer, approval, state, all, said.decidedAt())
        .put("proposal_state", proposalState.word())
        .build();
  }
}
