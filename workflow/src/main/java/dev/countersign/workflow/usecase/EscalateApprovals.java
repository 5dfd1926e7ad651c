package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Shows a request that has waited too long to the roles of its escalation as well. They may decide
/// from that moment on, whether or not this came by; this puts it into their inbox and into the
/// log.
public final class EscalateApprovals {
  private final Ledger ledger;
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();

  public EscalateApprovals(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Does nothing if it was decided or escalated meanwhile.
  public void escalate(TenantId tenant, UUID approvalId, String traceId) {
    ledger.transact(
        Call.system(tenant, "escalation", traceId),
        new Attempt("approval.escalated", "approval", approvalId.toString()),
        Rules.APPLY,
        transaction -> {
          var subject = lockSubject(transaction, approvalId);
          approvals
              .lock(transaction.tenant(), approvalId)
              .filter(request -> waitsTooLong(transaction, request))
              .ifPresent(request -> escalate(transaction, approvals, request, subject));
          return JsonObject.EMPTY;
        });
  }

  /// The same of several about proposals in one transaction, and says which were escalated: none on
  /// whose case somebody is at the moment.
  ///
  /// @param approvalIds of 1 to [WorkOffDue#TOGETHER]
  public Set<UUID> escalate(TenantId tenant, List<UUID> approvalIds, String traceId) {
    var answer =
        ledger
            .transact(
                Call.system(tenant, "escalation", traceId),
                new Attempt("approval.escalated", "approval", approvalIds.getFirst().toString()),
                Rules.APPLY,
                transaction -> Part.ended(escalate(transaction, approvalIds)))
            .answer();
    return Part.ended(answer);
  }

  private List<UUID> escalate(LedgerTransaction transaction, List<UUID> approvalIds) {
    var due =
        LockedWork.free(transaction, approvals.proposalsOf(transaction.tenant(), approvalIds))
            .stream()
            .filter(work -> waitsTooLong(transaction, work.approval()))
            .toList();
    for (var work : due) {
      escalate(transaction, approvals, work.approval(), Optional.of(work.subject().id()));
    }
    return due.stream().map(work -> work.approval().id()).toList();
  }

  private static boolean waitsTooLong(LedgerTransaction transaction, ApprovalRequest request) {
    return request.state() == ApprovalState.PENDING
        && !request.escalated()
        && request.escalatedAt(transaction.now());
  }

  /// In the order in which everybody locks: the case, the proposal, then the request. Says which
  /// case it is; a request about a decision has none.
  private Optional<UUID> lockSubject(LedgerTransaction transaction, UUID approvalId) {
    var tenant = transaction.tenant();
    var known = approvals.read(tenant, approvalId);
    if (known.isPresent()
        && known.get().about() instanceof About.OfProposal(var proposalId, var _, var _)) {
      var subject = proposals.read(tenant, proposalId).map(Proposal::caseId);
      subject.ifPresent(caseId -> {
        cases.lock(tenant, caseId);
        proposals.lock(tenant, proposalId);
      });
      return subject;
    }
    return Optional.empty();
  }

  /// Of a request that is locked and waits.
  ///
  /// @param caseId whose action waits for it, if it is one's
  static void escalate(
      LedgerTransaction transaction,
      ApprovalStore approvals,
      ApprovalRequest request,
      Optional<UUID> caseId) {
    approvals.escalate(transaction.tenant(), request);
    transaction.record(
        "approval.escalated",
        "approval",
        request.id().toString(),
        request.correlationId(),
        Json.object()
            .put("case_id", caseId.map(id -> Json.of(id.toString())))
            .put("approval_digest", request.digest().hex())
            .put("roles", Json.strings(request.requirement().escalation()))
            .build());
  }
}
