package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.usecase.ErasedCopies;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.usecase.StatedPredictions;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.PreGrant;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.CopyStore;
import dev.countersign.workflow.store.PreGrantStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// What cases, tasks, events, proposals, approvals, executions, outcomes, gates and freezes repeat
/// of ledger entries; and what the trust room keeps of a proposal's case for its models.
///
/// A proposal that may still be executed ends with its content, or with its case's: it is
/// superseded in the same transaction. What nobody can read any more must not run, and waiting for
/// its end could take days, in which the content would stay.
public final class WorkflowCopies implements ErasedCopies {
  private static final String CODE = "content_erased";

  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final CopyStore copies = new CopyStore();
  private final PreGrantStore grants = new PreGrantStore();
  private final StatedPredictions stated = new StatedPredictions();
  private final Ending ending;

  public WorkflowCopies(TrustScopes scopes) {
    this.ending = new Ending(scopes);
  }

  @Override
  public SortedSet<String> columns() {
    var columns = new TreeSet<>(CopyStore.COLUMNS);
    columns.addAll(StatedPredictions.COLUMNS);
    return Collections.unmodifiableSortedSet(columns);
  }

  @Override
  public void erase(LedgerTransaction transaction, Entry entry) {
    var tenant = transaction.tenant();
    var id = Ids.parse(entry.resourceId());
    switch (entry.action()) {
      // What a correction brought stands among the other facts, here and in what proposals kept.
      case "case.opened", "case.corrected" -> id.ifPresent(caseId -> ofCase(transaction, caseId));
      case "task.opened" -> id.ifPresent(task -> copies.task(tenant, task));
      case "event.posted" -> id.ifPresent(event -> copies.event(tenant, event));
      case "proposal.created" -> id.ifPresent(proposal -> proposal(transaction, proposal));
      case "approval.granted", "approval.rejected", "approval.deferred" ->
          id.ifPresent(approval -> copies.decision(tenant, approval, entry.actor(), entry.time()));
      case "grant.created" -> id.ifPresent(grant -> grant(transaction, grant));
      case "execution.completed" -> id.ifPresent(execution -> copies.execution(tenant, execution));
      case "execution.rolled_back", "execution.rollback_failed", "execution.rollback_started" ->
          id.ifPresent(execution -> copies.undoneReason(tenant, execution));
      case "autonomy.set" -> copies.autonomyReason(tenant, entry.time());
      case "outcome.corrected" -> id.ifPresent(execution -> copies.corrections(tenant, execution));
      case "outcome.observed" -> id.ifPresent(execution -> copies.outcome(tenant, execution));
      case "freeze.set" -> {
        id.ifPresent(freeze -> copies.freezeReason(tenant, freeze));
        forgetBlocked(transaction, entry);
      }
      case "freeze.lifted" -> id.ifPresent(freeze -> copies.freezeLiftReason(tenant, freeze));
      case "gate.authorized", "gate.revoked" -> {
        var names = entry.resourceId().split("/", 2);
        if (names.length == 2) {
          copies.gateReason(tenant, names[0], names[1], entry.time());
        }
        forgetBlocked(transaction, entry);
      }
      default -> {
        // No other entry's content stands in this room.
      }
    }
  }

  /// One that is open ends with its content, and an ended one has none.
  private void grant(LedgerTransaction transaction, UUID id) {
    grants
        .lock(transaction.tenant(), id)
        .filter(grant -> grant.state() == PreGrant.State.OPEN)
        .ifPresent(grant -> EndGrants.end(transaction, grants, grant, PreGrant.State.REVOKED));
  }

  private void forgetBlocked(LedgerTransaction transaction, Entry entry) {
    entry
        .details()
        .text("reason")
        .ifPresent(reason -> copies.blockedBy(transaction.tenant(), reason));
  }

  private void ofCase(LedgerTransaction transaction, UUID caseId) {
    if (cases.lock(transaction.tenant(), caseId).isPresent()) {
      ending.supersede(transaction, ending.waiting(transaction, caseId), CODE);
      copies.ofCase(transaction.tenant(), caseId);
      copies.features(transaction.tenant(), caseId);
      proposals
          .ids(transaction.tenant(), caseId)
          .forEach(proposal -> stated.erase(transaction.tenant(), proposal));
      copies.work(transaction.tenant(), caseId);
    }
  }

  private void proposal(LedgerTransaction transaction, UUID proposalId) {
    var tenant = transaction.tenant();
    var known = proposals.read(tenant, proposalId);
    known.map(Proposal::caseId).ifPresent(caseId -> cases.lock(tenant, caseId));
    known
        .flatMap(_ -> proposals.lock(tenant, proposalId))
        .ifPresent(proposal -> {
          if (proposal.state().live()) {
            ending.supersede(transaction, proposal, CODE);
          }
          copies.proposal(tenant, proposal);
          stated.erase(tenant, proposal.id());
        });
  }
}
