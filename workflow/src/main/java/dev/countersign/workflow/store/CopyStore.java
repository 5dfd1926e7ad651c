package dev.countersign.workflow.store;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.CaseEvent;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// Empties what repeats the content of ledger entries. What is left can still be read, and says
/// nothing; digests, states and times stay.
public final class CopyStore {

  /// The columns that it empties.
  public static final List<String> COLUMNS =
      List.of(
          "workflow.approval_decision.approver_name",
          "workflow.approval_decision.reason",
          "workflow.autonomy.reason",
          "workflow.case_event.data",
          "workflow.case_file.attributes",
          "workflow.case_file.reference",
          "workflow.decoy.action",
          "workflow.decoy.decision",
          "workflow.decoy.mode_reasons",
          "workflow.decoy.prediction",
          "workflow.decoy_deferral.approver_name",
          "workflow.decoy_deferral.reason",
          "workflow.execution.after",
          "workflow.execution.before",
          "workflow.execution.diff",
          "workflow.execution.undone_reason",
          "workflow.freeze.lift_reason",
          "workflow.freeze.reason",
          "workflow.gate.reason",
          "workflow.gate_change.reason",
          "workflow.outcome.observed_error",
          "workflow.outcome.source",
          "workflow.outcome_correction.observed_error",
          "workflow.outcome_correction.source",
          "workflow.pre_grant.payload",
          "workflow.proposal.action",
          "workflow.proposal.blocked",
          "workflow.proposal.context",
          "workflow.proposal.decision",
          "workflow.proposal.features",
          "workflow.proposal.mode_reasons",
          "workflow.proposal.prediction",
          "workflow.proposal.principal",
          "workflow.task.title");

  /// Empties a proposal that has ended, and that MUST be locked. Who proposed stays: that is the
  /// actor's id, by which nobody approves his own.
  public void proposal(TenantTransaction transaction, Proposal proposal) {
    Rows.update(
            transaction,
            """
            update workflow.proposal set action = ''::bytea, mode_reasons = :mode_reasons, blocked = null, principal = :principal,
              prediction = '{}', context = '{}', features = '{}', decision = '{}'
            where tenant_id = :tenant and proposal_id = :id
            """)
        .bind("id", proposal.id())
        .bind("mode_reasons", proposal.mode().forgotten().json().toString())
        .bind("principal", StoredPrincipal.nameless(proposal.principal()).toString())
        .later();
  }

  /// Empties a case; what its proposals kept of it is [#features]'s.
  public void ofCase(TenantTransaction transaction, UUID caseId) {
    Rows.update(
            transaction,
            """
            update workflow.case_file set reference = case_id::text, attributes = '{}'
            where tenant_id = :tenant and case_id = :id
            """)
        .bind("id", caseId)
        .later();
  }

  /// Empties what people wrote of a task.
  public void task(TenantTransaction transaction, UUID id) {
    Rows.update(
            transaction,
            "update workflow.task set title = '' where tenant_id = :tenant and task_id = :id")
        .bind("id", id)
        .later();
  }

  /// Empties what somebody told of a case.
  public void event(TenantTransaction transaction, UUID id) {
    Rows.update(
            transaction,
            "update workflow.case_event set data = '{}' where tenant_id = :tenant and event_id = :id")
        .bind("id", id)
        .later();
  }

  /// Empties what people wrote of a case's tasks, and what they told of it. Of our own events
  /// nothing but words and ids is known, except that a correction names attributes, which are
  /// anybody's words where the workflow lists none.
  public void work(TenantTransaction transaction, UUID caseId) {
    Rows.update(
            transaction,
            "update workflow.task set title = '' where tenant_id = :tenant and case_id = :id")
        .bind("id", caseId)
        .later();
    Rows.update(
            transaction,
            """
            update workflow.case_event set data = '{}'
            where tenant_id = :tenant and case_id = :id and (strpos(type, '.') = 0 or type = :corrected)
            """)
        .bind("corrected", CaseEvent.Kind.CORRECTED.type())
        .bind("id", caseId)
        .later();
  }

  /// Empties what a case's proposals, which MUST have ended, kept of it: a snapshot, and what the
  /// policies said, which may repeat an attribute.
  public void features(TenantTransaction transaction, UUID caseId) {
    Rows.update(
            transaction,
            """
            update workflow.proposal set features = '{}', decision = '{}', blocked = null
            where tenant_id = :tenant and case_id = :id
            """)
        .bind("id", caseId)
        .later();
  }

  /// Empties a decision, found by its approval request or its decoy, who made it and when.
  public void decision(
      TenantTransaction transaction, UUID approvalId, String approver, Instant decidedAt) {
    decision(transaction, "approval_decision", approvalId, approver, decidedAt);
    decision(transaction, "decoy_deferral", approvalId, approver, decidedAt);
  }

  private static void decision(
      TenantTransaction transaction,
      String table,
      UUID approvalId,
      String approver,
      Instant decidedAt) {
    Rows.update(
            transaction,
            """
            update workflow.%s set approver_name = '', reason = ''
            where tenant_id = :tenant and approval_id = :approval and approver = :approver and decided_at = :at
            """
                .formatted(table))
        .bind("approval", approvalId)
        .bind("approver", approver)
        .bind("at", Rows.timestamp(decidedAt))
        .later();
  }

  public void execution(TenantTransaction transaction, UUID id) {
    Rows.update(
            transaction,
            """
            update workflow.execution set before = '{}', after = '{}', diff = '[]'
            where tenant_id = :tenant and execution_id = :id
            """)
        .bind("id", id)
        .later();
  }

  public void outcome(TenantTransaction transaction, UUID executionId) {
    Rows.update(
            transaction,
            """
            update workflow.outcome set observed_error = null, source = null
            where tenant_id = :tenant and execution_id = :id
            """)
        .bind("id", executionId)
        .later();
  }

  /// Empties why an execution was taken back.
  public void undoneReason(TenantTransaction transaction, UUID executionId) {
    Rows.update(
            transaction,
            """
            update workflow.execution set undone_reason = ''
            where tenant_id = :tenant and execution_id = :id and undone_reason is not null
            """)
        .bind("id", executionId)
        .later();
  }

  /// Empties what corrects an outcome.
  public void corrections(TenantTransaction transaction, UUID executionId) {
    Rows.update(
            transaction,
            """
            update workflow.outcome_correction set observed_error = null, source = null
            where tenant_id = :tenant and execution_id = :id
            """)
        .bind("id", executionId)
        .later();
  }

  /// Empties the reason of a setting that still stands as it was made at that time.
  public void autonomyReason(TenantTransaction transaction, Instant changedAt) {
    Rows.update(
            transaction,
            "update workflow.autonomy set reason = '' where tenant_id = :tenant and changed_at = :at")
        .bind("at", Rows.timestamp(changedAt))
        .later();
  }

  public void freezeReason(TenantTransaction transaction, UUID id) {
    Rows.update(
            transaction,
            "update workflow.freeze set reason = '' where tenant_id = :tenant and freeze_id = :id")
        .bind("id", id)
        .later();
  }

  public void freezeLiftReason(TenantTransaction transaction, UUID id) {
    Rows.update(
            transaction,
            """
            update workflow.freeze set lift_reason = ''
            where tenant_id = :tenant and freeze_id = :id and lifted_at is not null
            """)
        .bind("id", id)
        .later();
  }

  /// Empties the reason of a gate's change, and of the gate if it still stands as that change left
  /// it.
  public void gateReason(
      TenantTransaction transaction, String workflow, String transition, Instant changedAt) {
    for (var table : List.of("gate", "gate_change")) {
      Rows.update(
              transaction,
              """
              update workflow.%s set reason = ''
              where tenant_id = :tenant and workflow = :workflow and transition = :transition and changed_at = :at
              """
                  .formatted(table))
          .bind("workflow", workflow)
          .bind("transition", transition)
          .bind("at", Rows.timestamp(changedAt))
          .later();
    }
  }

  /// Forgets what kept proposals from being executed where it repeats this text; what still waits
  /// is told anew at the next attempt.
  public void blockedBy(TenantTransaction transaction, String reason) {
    var written = Json.of(reason).toString();
    Rows.update(
            transaction,
            """
            update workflow.proposal set blocked = null
            where tenant_id = :tenant and blocked is not null and strpos(blocked, :reason) > 0
            """)
        .bind("reason", written.substring(1, written.length() - 1))
        .later();
  }
}
