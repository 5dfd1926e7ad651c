package dev.countersign.workflow.usecase;

import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.InboxStore;
import java.util.ArrayList;
import java.util.List;

/// Adds what a person says about a request, which MUST be locked, and moves it once that decides.
final class Ballot {
  private final ApprovalStore approvals = new ApprovalStore();
  private final InboxStore inbox = new InboxStore();

  /// The state of the request from now on; a deferral leaves it as it is.
  ///
  /// @param before what was said before
  ApprovalState add(
      LedgerTransaction transaction,
      ApprovalRequest approval,
      List<ApprovalDecision> before,
      ApprovalDecision said) {
    approvals.decide(transaction.tenant(), said);
    var all = new ArrayList<>(before);
    all.add(said);
    var state =
        approval
            .requirement()
            .after(Eligibility.votes(all), approval.escalatedAt(transaction.now()));
    if (state != approval.state()) {
      approvals.move(transaction.tenant(), approval, state);
    } else if (said.vote().isPresent()) {
      inbox.keepFrom(transaction.tenant(), approval, Eligibility.voters(all));
    }
    return state;
  }
}
