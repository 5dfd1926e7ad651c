package dev.countersign.workflow.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.ApprovalState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/// The approval requests and what people said about them.
public final class ApprovalStore {

  public void add(TenantTransaction transaction, ApprovalRequest request) {
    Rows.update(
            transaction,
            """
            insert into workflow.approval_request (tenant_id, approval_id, proposal_id, state, policy_version, gate,
              handler_version, approver_roles, approval_digest, expires_at, created_at)
            values (:tenant, :id, :proposal_id, :state, :policy_version, :gate,
              :handler_version, :approver_roles, :digest, :expires_at, :created_at)
            """)
        .bind("id", request.id())
        .bind("proposal_id", request.proposalId())
        .bind("state", request.state().word())
        .bind("policy_version", request.policyVersion())
        .bind("gate", request.gate())
        .bind("handler_version", request.handlerVersion())
        .bindArray("approver_roles", String.class, List.copyOf(request.approverRoles()))
        .bind("digest", request.digest().bytes())
        .bind("expires_at", Rows.timestamp(request.expiresAt()))
        .bind("created_at", Rows.timestamp(request.createdAt()))
        .execute();
  }

  public Optional<ApprovalRequest> read(TenantTransaction transaction, UUID id) {
    return one(transaction, "approval_id", id, "");
  }

  public Optional<ApprovalRequest> ofProposal(TenantTransaction transaction, UUID proposalId) {
    return one(transaction, "proposal_id", proposalId, "");
  }

  /// Reads a proposal's request and keeps everybody else from changing it; its case and its
  /// proposal MUST be locked before.
  public Optional<ApprovalRequest> lockOfProposal(TenantTransaction transaction, UUID proposalId) {
    return one(transaction, "proposal_id", proposalId, "for update");
  }

  /// Moves a request that was locked along its table; throws IllegalStateException for a move that
  /// is not in it.
  public void move(TenantTransaction transaction, ApprovalRequest request, ApprovalState to) {
    var next = ApprovalState.MOVES.move(request.state(), to);
    int changed =
        Rows.update(
                transaction,
                """
                update workflow.approval_request set state = :to
                where tenant_id = :tenant and approval_id = :id and state = :from
                """)
            .bind("id", request.id())
            .bind("from", request.state().word())
            .bind("to", next.word())
            .execute();
    if (changed != 1) {
      throw new IllegalStateException("approval `" + request.id() + "` was not locked");
    }
  }

  /// Keeps what a person said.
  public void decide(TenantTransaction transaction, ApprovalDecision decision) {
    Rows.update(
            transaction,
            """
            insert into workflow.approval_decision (tenant_id, decision_id, approval_id, approver, approver_name,
              decision, reason, action_digest, approval_digest, decided_at, occurred_at)
            values (:tenant, :id, :approval_id, :approver, :approver_name,
              :decision, :reason, :action_digest, :approval_digest, :decided_at, :occurred_at)
            """)
        .bind("id", decision.id())
        .bind("approval_id", decision.approvalId())
        .bind("approver", decision.approver())
        .bind("approver_name", decision.approverName())
        .bind("decision", decision.decision())
        .bind("reason", decision.reason())
        .bind("action_digest", decision.actionDigest().bytes())
        .bind("approval_digest", decision.approvalDigest().bytes())
        .bind("decided_at", Rows.timestamp(decision.decidedAt()))
        .bind("occurred_at", Rows.timestamp(decision.occurredAt()))
        .execute();
  }

  /// What was said about a request, in the order in which it was said.
  public List<ApprovalDecision> decisions(TenantTransaction transaction, UUID approvalId) {
    return Rows.query(
            transaction,
            """
            select * from workflow.approval_decision where tenant_id = :tenant and approval_id = :approval
            order by decided_at, decision_id
            """)
        .bind("approval", approvalId)
        .map((row, _) -> decision(row))
        .list();
  }

  /// What waits for somebody with one of `roles`, newest first; `before` is the last id of the page
  /// before.
  public List<ApprovalRequest> inbox(
      TenantTransaction transaction, Collection<String> roles, Optional<UUID> before, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.approval_request
            where tenant_id = :tenant and state = 'pending' and approver_roles && cast(:roles as text[])
              and (cast(:before as uuid) is null or approval_id < cast(:before as uuid))
            order by approval_id desc limit :limit
            """)
        .bindArray("roles", String.class, List.copyOf(roles))
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  private static Optional<ApprovalRequest> one(
      TenantTransaction transaction, String column, UUID id, String lock) {
    return Rows.query(
            transaction,
            "select * from workflow.approval_request where tenant_id = :tenant and %s = :id %s"
                .formatted(column, lock))
        .bind("id", id)
        .map((row, _) -> stored(row))
        .findOne();
  }

  private static ApprovalRequest stored(ResultSet row) throws SQLException {
    return new ApprovalRequest(
        Rows.uuid(row, "approval_id"),
        Rows.uuid(row, "proposal_id"),
        ApprovalState.read(row.getString("state")),
        row.getInt("policy_version"),
        row.getString("gate"),
        row.getString("handler_version"),
        new TreeSet<>(Arrays.asList((String[]) row.getArray("approver_roles").getArray())),
        Rows.digest(row, "approval_digest"),
        Rows.time(row, "expires_at"),
        Rows.time(row, "created_at"));
  }

  private static ApprovalDecision decision(ResultSet row) throws SQLException {
    return new ApprovalDecision(
        Rows.uuid(row, "decision_id"),
        Rows.uuid(row, "approval_id"),
        row.getString("approver"),
        row.getString("approver_name"),
        row.getString("decision"),
        row.getString("reason"),
        Rows.digest(row, "action_digest"),
        Rows.digest(row, "approval_digest"),
        Rows.time(row, "decided_at"),
        Rows.optionalTime(row, "occurred_at"));
  }
}
