package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

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
    var ended =
        expire(
            tenant,
            proposalId,
            traceId,
            transaction -> List.of(LockedWork.of(transaction, proposalId)));
    return !ended.isEmpty();
  }

  /// The same of several in one transaction, and says which ended: those of one scope, and none
  /// that somebody is at. All of a tenant's may be folded into one scope, which each transaction
  /// holds until it is on disk; two scopes in one transaction could wait in a circle with an
  /// execution that ends others on its case.
  ///
  /// @param proposalIds of 1 to [WorkOffDue#TOGETHER]
  public Set<UUID> expire(TenantId tenant, List<UUID> proposalIds, String traceId) {
    return expire(
        tenant,
        proposalIds.getFirst(),
        traceId,
        transaction -> LockedWork.free(transaction, proposalIds));
  }

  /// @param first of the proposals, under which a refusal would be recorded
  private Set<UUID> expire(
      TenantId tenant,
      UUID first,
      String traceId,
      Function<LedgerTransaction, List<LockedWork>> locked) {
    var answer =
        ledger
            .transact(
                Call.system(tenant, "expiry", traceId),
                new Attempt("proposal.expired", "proposal", first.toString(), Optional.of(first)),
                Rules.APPLY,
                transaction -> Part.ended(expire(transaction, locked.apply(transaction))))
            .answer();
    return Part.ended(answer);
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

  private List<UUID> expire(LedgerTransaction transaction, List<LockedWork> locked) {
    var over =
        locked.stream()
            .filter(work -> work.proposal().state() == ProposalState.PENDING)
            .filter(work -> work.approval().expired(transaction.now()))
            .toList();
    var together =
        over.stream()
            .filter(work -> work.proposal().scope().equals(over.getFirst().proposal().scope()))
            .toList();
    if (!together.isEmpty()) {
      ending.expire(transaction, together);
    }
    return together.stream().map(work -> work.proposal().id()).toList();
  }
}
