package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.ApprovalRequirement;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.Vote;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.CaseStore;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Who may decide about a request, and until when: the same for all that a person is asked about.
final class Eligibility {

  private Eligibility() {}

  /// The roles by which a vote counts at this moment; refuses it if somebody with a part in it
  /// asked or was asked for, and if whose vote it is holds none.
  ///
  /// @param asked why one who is barred may not decide, as a code and in words
  static SortedSet<String> roles(
      LedgerTransaction transaction,
      ApprovalRequest approval,
      Voter voter,
      Refusal.Forbidden asked) {
    if (voter.hands().stream().anyMatch(approval.barred()::contains)) {
      throw asked;
    }
    var wanted = approval.deciderRoles(transaction.now());
    var held = new TreeSet<>(voter.roles());
    held.retainAll(wanted);
    if (held.isEmpty()) {
      throw new Refusal.Forbidden(
          "not_an_approver", "one of these roles is needed: " + String.join(", ", wanted));
    }
    return held;
  }

  /// The same about a proposal on a case that is locked: under four eyes nobody either who had a
  /// hand in the case.
  static SortedSet<String> ofProposal(
      LedgerTransaction transaction,
      CaseStore cases,
      Case subject,
      ApprovalRequest approval,
      Voter voter) {
    var roles =
        roles(
            transaction,
            approval,
            voter,
            new Refusal.Forbidden(
                "proposer_may_not_approve",
                "who proposed or edited it, or was proposed for, does not decide about it"));
    if (approval.requirement().fourEyes()
        && cases.hands(transaction.tenant(), subject.id()).stream()
            .anyMatch(voter.hands()::contains)) {
      throw new Refusal.Forbidden(
          "hand_in_the_case",
          "who opened the case, corrected it, worked on it or approved an earlier step does not decide about it");
    }
    return roles;
  }

  /// Refuses a decision that could not count: of one who has a part in another, of one who may only
  /// stop it, or of one whose part is complete.
  static void refuseIdle(
      LedgerTransaction transaction,
      ApprovalRequest approval,
      List<ApprovalDecision> before,
      DecisionRequest request,
      Voter voter,
      SortedSet<String> roles) {
    if (!request.defers()) {
      refuseIdle(transaction, approval, before, request.approves(), voter, roles);
    }
  }

  static void refuseIdle(
      LedgerTransaction transaction,
      ApprovalRequest approval,
      List<ApprovalDecision> before,
      boolean approves,
      Voter voter,
      SortedSet<String> roles) {
    if (before.stream()
        .filter(decision -> decision.vote().isPresent())
        .anyMatch(decision -> voter.hands().stream().anyMatch(decision.hands()::contains))) {
      throw new Refusal.Conflict("decided_before", "everybody decides once about a request");
    }
    if (!approves) {
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
    if (!ApprovalRequirement.needsAnother(votes)
        && requirement.counted(with, escalated) == requirement.counted(votes, escalated)) {
      throw new Refusal.Conflict(
          "not_needed", "whoever holds your roles has agreed; others have to agree as well");
    }
  }

  /// What counts of what was said.
  static List<Vote> votes(List<ApprovalDecision> decisions) {
    return decisions.stream().flatMap(decision -> decision.vote().stream()).toList();
  }

  /// Everybody who has a part in a vote.
  static SortedSet<String> voters(List<ApprovalDecision> decisions) {
    return decisions.stream()
        .filter(decision -> decision.vote().isPresent())
        .flatMap(decision -> decision.hands().stream())
        .collect(Collectors.toCollection(TreeSet::new));
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
