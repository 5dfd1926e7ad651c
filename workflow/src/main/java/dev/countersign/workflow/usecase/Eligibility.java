package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.store.ApprovalRequest;

/// Who may decide about a request, and until when: the same for all that a person is asked about.
final class Eligibility {

  private Eligibility() {}

  /// Refuses who holds none of the request's roles.
  static void refuseWithoutRole(LedgerTransaction transaction, ApprovalRequest approval) {
    if (!transaction.principal().holdsAny(approval.approverRoles())) {
      throw new Refusal.Forbidden(
          "not_an_approver",
          "one of these roles is needed: " + String.join(", ", approval.approverRoles()));
    }
  }

  /// Refuses any decision about a request that is over.
  static void refuseEnded(LedgerTransaction transaction, ApprovalRequest approval) {
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
}
