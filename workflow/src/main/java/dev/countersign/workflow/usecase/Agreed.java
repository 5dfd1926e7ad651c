package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.ProposalStore;

/// Who agreed to something on a case.
///
/// Four eyes keep who had a hand in a case from agreeing; and who agreed, as long as that may still
/// be carried out, from putting his hand to it.
final class Agreed {
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();

  /// Refuses it to who acts, if he did; the case MUST be locked.
  void refuse(LedgerTransaction transaction, Case subject) {
    var tenant = transaction.tenant();
    for (var proposal : proposals.live(tenant, subject.id())) {
      var request = approvals.ofProposal(tenant, proposal.id());
      if (request.filter(asked -> asked.requirement().fourEyes()).isPresent()
          && approvals.decisions(tenant, request.get().id()).stream()
              .filter(ApprovalDecision::approves)
              .anyMatch(said -> said.hands().contains(transaction.principal().actor()))) {
        throw new Refusal.Forbidden(
            "agreed_to_the_case",
            "you agreed to `%s` on this case, which only people without a hand in it may"
                .formatted(proposal.scope().actionType()));
      }
    }
  }
}
