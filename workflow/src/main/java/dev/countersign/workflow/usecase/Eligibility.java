package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Vote;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Who may decide about a request, and until when: the same for all that a person is asked about.
final class Eligibility {

  private Eligibility() {}

  /// The roles by which a principal may decide at this moment; refuses who asked or was asked for,
  /// and who holds none.
  ///
  /// @param asked why one who is barred may not decide, as a code and in words
  static SortedSet<String> roles(
      LedgerTransaction transaction, ApprovalRequest approval, Refusal.Forbidden asked) {
    var principal = transaction.principal();
    if (approval.barred().contains(principal.actor())) {
      throw asked;
    }
    var wanted = approval.deciderRoles(transaction.now());
    if (!principal.holdsAny(wanted)) {
      throw new Refusal.Forbidden(
          "not_an_approver", "one of these roles is needed: " + String.join(", ", wanted));
    }
    return held(principal, wanted);
  }

  private static SortedSet<String> held(Principal principal, SortedSet<String> wanted) {
    var held = new TreeSet<>(principal.roles());
    held.retainAll(wanted);
    return held;
  }

  /// Refuses a decision that could not count: of one who decided before, of one who may only stop
  /// it, or of one whose part is complete.
  static void refuseIdle(
      LedgerTransaction transaction,
      ApprovalRequest approval,
      List<ApprovalDecision> before,
      DecisionRequest request,
      SortedSet<String> roles) {
    if (request.defers()) {
      return;
    }
    var actor = transaction.principal().actor();
    if (before.stream()
        .anyMatch(decision -> decision.vote().isPresent() && decision.approver().equals(actor))) {
      throw new Refusal.Conflict("decided_before", "everybody decides once about a request");
    }
    if (!request.approves()) {
      return;
    }
    boolean escalated = approval.escalatedAt(transaction.now());
    var requirement = approval.requirement();
    if (requirement.approverRoles(escalated).stream().noneMatch(roles::contains)) {
      throw new Refusal.Forbidden(
          "may_only_reject",
          "one of these roles is needed to approve: "
              + String.join(", ", requirement.approverRoles(escalated)));
    }
    var votes = votes(before);
    var with = new ArrayList<>(votes);
    with.add(new Vote(true, roles));
    if (requirement.counted(with, escalated) == requirement.counted(votes, escalated)) {
      throw new Refusal.Conflict(
          "not_needed", "whoever holds your roles has agreed; others have to agree as well");
    }
  }

  /// What counts of what was said.
  static List<Vote> votes(List<ApprovalDecision> decisions) {
    return decisions.stream().flatMap(decision -> decision.vote().stream()).toList();
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
      case LAPSED ->
          throw new Refusal.Conflict(
              "already_decided", "nobody vetoed it in time, so the stage authorized it");
      case WITHDRAWN, SUPERSEDED ->
          throw new Refusal.Conflict("approval_ended", "the request is " + approval.state().word());
    }
  }
}
