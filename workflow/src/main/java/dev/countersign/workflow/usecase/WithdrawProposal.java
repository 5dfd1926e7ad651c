package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.ProposalStore;
import java.util.Optional;
import java.util.UUID;

/// Who proposed takes it back, while nobody has decided.
public final class WithdrawProposal {
  private static final int LONGEST_REASON = 1_000;

  private final Ledger ledger;
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final Ending ending;

  public WithdrawProposal(Ledger ledger, TrustScopes scopes) {
    this.ledger = ledger;
    this.ending = new Ending(scopes);
  }

  /// Reads `{reason?}`; throws `Refusal.Invalid` with every problem.
  public static String reason(Json body) {
    var fields = Fields.of(body);
    var reason = fields.optionalString("reason", 0, LONGEST_REASON).orElse("");
    fields.done();
    return reason;
  }

  /// The answer is the proposal's state.
  public Recorded withdraw(Call call, UUID proposalId, String reason) {
    return ledger.transact(
        call,
        new Attempt(
            "proposal.withdrawn", "proposal", proposalId.toString(), Optional.of(proposalId)),
        Rules.APPLY,
        transaction -> withdraw(transaction, proposalId, reason));
  }

  private JsonObject withdraw(LedgerTransaction transaction, UUID proposalId, String reason) {
    var tenant = transaction.tenant();
    var known =
        proposals
            .read(tenant, proposalId)
            .orElseThrow(() -> new Refusal.NotFound("proposal", proposalId.toString()));
    cases.lock(tenant, known.caseId());
    var proposal = proposals.lock(tenant, proposalId).orElseThrow();
    if (!proposal.proposer().equals(transaction.principal().actor())) {
      throw new Refusal.Forbidden("not_the_proposer", "who proposed takes it back, nobody else");
    }
    if (proposal.state() != ProposalState.PENDING) {
      throw new Refusal.Conflict(
          "not_pending", "proposal `%s` is %s".formatted(proposalId, proposal.state().word()));
    }
    ending.withdraw(transaction, proposal, reason);
    return Json.object()
        .put("proposal_id", proposalId.toString())
        .put("correlation_id", proposalId.toString())
        .put("state", ProposalState.WITHDRAWN.word())
        .build();
  }
}
