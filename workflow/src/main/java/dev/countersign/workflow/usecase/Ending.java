package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Query;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.StageMoves;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.DecoyVerdict;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.Decoy;
import dev.countersign.workflow.store.DecoyStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Ends a proposal that nobody decided against together with its approval request; its case and it
/// MUST be locked. Trust hears of it: whoever takes back what looks bad must not look better for
/// it.
final class Ending {
  private final TrustScopes scopes;
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();
  private final DecoyStore decoys = new DecoyStore();

  Ending(TrustScopes scopes) {
    this.scopes = scopes;
  }

  /// Something else came first; `code` says what. Refuses while it is being carried out: nobody
  /// knows how far another system came.
  void supersede(LedgerTransaction transaction, Proposal proposal, String code) {
    if (proposal.state() == ProposalState.EXECUTING) {
      throw new Refusal.Conflict(
          "case_busy", "proposal `" + proposal.id() + "` is being carried out");
    }
    endOne(
        transaction,
        proposal,
        ProposalState.SUPERSEDED,
        ApprovalState.SUPERSEDED,
        "proposal.superseded",
        code,
        Optional.empty());
  }

  /// What waits on a case, as it is asked for with the next statement.
  record Waiting(Query.Rows<Proposal> proposals, Query.Rows<Decoy> decoys) {}

  /// Asks for all that waits on a case that is locked.
  Waiting waiting(LedgerTransaction transaction, UUID caseId) {
    var tenant = transaction.tenant();
    return new Waiting(
        proposals.lockLiveAhead(tenant, caseId), decoys.lockOfCaseAhead(tenant, caseId));
  }

  /// Ends all that waits on a case which is not any more what people were shown. Decoys end with
  /// it: what alone stayed on a case that moved, everybody would know for one.
  void supersede(LedgerTransaction transaction, Waiting waiting, String code) {
    for (var live : waiting.proposals().list()) {
      supersede(transaction, live, code);
    }
    for (var decoy : waiting.decoys().list()) {
      DecideDecoy.reveal(transaction, decoys, decoy, DecoyVerdict.VOID);
    }
  }

  /// Nobody decided or executed these in time. They end together, and their scope is opened once.
  ///
  /// @param works of one scope
  void expire(LedgerTransaction transaction, List<LockedWork> works) {
    var ended =
        works.stream()
            .map(work ->
                end(
                    transaction,
                    work.proposal(),
                    Optional.of(work.approval()),
                    ProposalState.EXPIRED,
                    ApprovalState.EXPIRED,
                    "proposal.expired",
                    "expired",
                    Optional.empty()))
            .toList();
    tell(transaction, works.getFirst().proposal().scope(), ended);
  }

  /// Who proposed took it back.
  void withdraw(LedgerTransaction transaction, Proposal proposal, String reason) {
    endOne(
        transaction,
        proposal,
        ProposalState.WITHDRAWN,
        ApprovalState.WITHDRAWN,
        "proposal.withdrawn",
        "withdrawn",
        Optional.of(reason).filter(text -> !text.isEmpty()));
  }

  private void endOne(
      LedgerTransaction transaction,
      Proposal proposal,
      ProposalState state,
      ApprovalState approvalState,
      String entry,
      String code,
      Optional<String> reason) {
    var request = approvals.lockOfProposal(transaction.tenant(), proposal.id());
    var ended = end(transaction, proposal, request, state, approvalState, entry, code, reason);
    tell(transaction, proposal.scope(), List.of(ended));
  }

  /// Says to trust what ended in a scope.
  private void tell(LedgerTransaction transaction, ScopeKey scope, List<Ended> ended) {
    var events = ended.stream().<TrustEvent>map(Ended::event).toList();
    scopes
        .observe(transaction.tenant(), scope, events)
        .record(transaction, ended.stream().map(Ended::told).toList());
  }

  /// A proposal that has ended, before trust hears of it.
  private record Ended(TrustEvent event, StageMoves.Told told) {}

  private Ended end(
      LedgerTransaction transaction,
      Proposal proposal,
      Optional<ApprovalRequest> request,
      ProposalState state,
      ApprovalState approvalState,
      String entry,
      String code,
      Optional<String> reason) {
    var tenant = transaction.tenant();
    proposals.move(tenant, proposal, state);
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
    var ended =
        new TrustEvent.Ended(
            proposal.id(),
            state == ProposalState.EXPIRED
                ? TrustEvent.Ending.EXPIRED
                : TrustEvent.Ending.WITHDRAWN,
            proposal.occurredAt().orElse(transaction.now()));
    return new Ended(ended, new StageMoves.Told(transaction.latest(), proposal.id()));
  }
}
