package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.ApprovalStore;
import java.util.Optional;
import java.util.UUID;

/// Ends what nobody decided in time. A timeout never approves.
public final class ExpireApprovals {
  private final Ledger ledger;
  private final ApprovalStore approvals = new ApprovalStore();
  private final Ending ending;
  private final QuestionEnding questions = new QuestionEnding();
  private final EndGrants grants;
  private final ExpireDecoys decoys;

  public ExpireApprovals(Ledger ledger, TrustScopes scopes) {
    this.ledger = ledger;
    this.ending = new Ending(scopes);
    this.grants = new EndGrants(ledger);
    this.decoys = new ExpireDecoys(ledger);
  }

  /// Ends a decoy that nobody decided about in time; does nothing otherwise.
  public void expireDecoy(TenantId tenant, UUID decoyId, String traceId) {
    decoys.expire(tenant, decoyId, traceId);
  }

  /// Ends a grant that nobody used in time; does nothing otherwise.
  public void expireGrant(TenantId tenant, UUID grantId, String traceId) {
    grants.expire(tenant, grantId, traceId);
  }

  /// Ends the proposal if it still waits and its time is over, and says whether it did; does
  /// nothing otherwise.
  public boolean expire(TenantId tenant, UUID proposalId, String traceId) {
    return ledger
        .transact(
            Call.system(tenant, "expiry", traceId),
            new Attempt(
                "proposal.expired", "proposal", proposalId.toString(), Optional.of(proposalId)),
            Rules.APPLY,
            transaction -> expire(transaction, proposalId))
        .answer()
        .member("expired")
        .isPresent();
  }

  /// Ends a request about a decision if it still waits and its time is over; does nothing
  /// otherwise.
  public void expireOfDecision(TenantId tenant, UUID approvalId, String traceId) {
    ledger.transact(
        Call.system(tenant, "expiry", traceId),
        new Attempt("approval.expired", "approval", approvalId.toString()),
        Rules.APPLY,
        transaction -> {
          approvals
              .lock(transaction.tenant(), approvalId)
              .filter(request -> request.state() == ApprovalState.PENDING)
              .filter(request -> request.expired(transaction.now()))
              .ifPresent(request -> questions.expire(transaction, request));
          return JsonObject.EMPTY;
        });
  }

  private JsonObject expire(LedgerTransaction transaction, UUID proposalId) {
    var work = LockedWork.of(transaction, proposalId);
    if (work.proposal().state() != ProposalState.PENDING
        || !work.approval().expired(transaction.now())) {
      return JsonObject.EMPTY;
    }
    ending.expire(transaction, work);
    return Json.object().put("expired", true).build();
  }
}
