package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.ApprovalStore;

/// Ends a request about a decision that nobody answered; it MUST be locked.
final class QuestionEnding {
  private final ApprovalStore approvals = new ApprovalStore();

  /// The policies became stricter than what it asks for.
  void supersede(LedgerTransaction transaction, ApprovalRequest request, String code) {
    end(transaction, request, ApprovalState.SUPERSEDED, "approval.superseded", code);
  }

  /// Nobody decided in time.
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
}
