package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.util.Optional;

/// Ends what nobody decided against: a proposal together with its approval request, whose case and
/// proposal MUST be locked, or a request about a decision, which MUST be locked itself.
final class Ending {
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();

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
        ProposalState.SUPERSEDED,
        ApprovalState.SUPERSEDED,
        "proposal.superseded",
        code,
        Optional.empty());
  }

  /// Nobody decided or executed it in time.
  void expire(LedgerTransaction transaction, Proposal proposal) {
    end(
        transaction,
        proposal,
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
        ProposalState.WITHDRAWN,
        ApprovalState.WITHDRAWN,
        "proposal.withdrawn",
        "withdrawn",
        Optional.of(reason).filter(text -> !text.isEmpty()));
  }

  /// A request about a decision: the policies became stricter than what it asks for.
  void supersede(LedgerTransaction transaction, ApprovalRequest request, String code) {
    end(transaction, request, ApprovalState.SUPERSEDED, "approval.superseded", code);
  }

  /// A request about a decision: nobody decided in time.
  void expire(LedgerTransaction transaction, ApprovalRequest request) {
    end(transaction, request, ApprovalState.EXPIRED, "approval.expired", "expired");
  }

  private void end(
      LedgerTransaction transaction,
      ApprovalRequest request,
      ApprovalState state,
      String entry,
      String code) {
    switch (request.about()) {
      case About.OfProposal _ ->
          throw new IllegalArgumentException("a proposal's request ends with its proposal");
      case About.OfDecision about -> {
        approvals.move(transaction.tenant(), request, state);
        transaction.record(
            entry,
            "approval",
            request.id().toString(),
            about.correlationId(),
            Json.object()
                .put("decision_id", about.decisionId().toString())
                .put("action_digest", about.question().hex())
                .put("code", code)
                .put("was", request.state().word())
                .build());
      }
    }
  }

  private void end(
      LedgerTransaction transaction,
      Proposal proposal,
      ProposalState state,
      ApprovalState approvalState,
      String entry,
      String code,
      Optional<String> reason) {
    var tenant = transaction.tenant();
    proposals.move(tenant, proposal, state);
    var request = approvals.lockOfProposal(tenant, proposal.id());
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
  }
}
