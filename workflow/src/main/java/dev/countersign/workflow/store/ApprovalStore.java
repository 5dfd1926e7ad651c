package dev.countersign.workflow.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.Update;
import dev.countersign.workflow.ApprovalRequirement;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.store.ApprovalRequest.About;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// The approval requests and what people said about them.
public final class ApprovalStore {
  private static final String DECISIONS = "workflow.approval_decision";

  private final InboxStore inbox = new InboxStore();

  /// Adds a request. False if it is about a question of an asker that waits already; then nothing
  /// was added. Waits for whoever is adding the same at the moment.
  public boolean add(TenantTransaction transaction, ApprovalRequest request) {
    var insert =
        Rows.update(
                transaction,
                """
                insert into workflow.approval_request (tenant_id, approval_id, state, policy_version, requirement, barred, escalates_at, runs_at, approval_digest, expires_at, created_at, proposal_id, gate, handler_version,
                  decision_id, correlation_id, decision_index, asker, question_digest)
                values (:tenant, :id, :state, :policy_version, :requirement, :barred, :escalates_at, :runs_at, :digest, :expires_at, :created_at, :proposal_id, :gate, :handler_version,
                  :decision_id, :correlation_id, :decision_index, :asker, :question)
                on conflict (tenant_id, asker, question_digest) where state = 'pending' and decision_id is not null
                  do nothing
                """)
            .bind("id", request.id())
            .bind("state", request.state().word())
            .bind("policy_version", request.policyVersion())
            .bind("requirement", request.requirement().json().toString())
            .bindArray("barred", String.class, List.copyOf(request.barred()))
            .bind("escalates_at", Rows.timestamp(request.escalatesAt()))
            .bind("runs_at", Rows.timestamp(request.runsAt()))
            .bind("digest", request.digest().bytes())
            .bind("expires_at", Rows.timestamp(request.expiresAt()))
            .bind("created_at", Rows.timestamp(request.createdAt()));
    about(insert, request.about());
    switch (request.about()) {
      // No index stands against it, so nobody waits for it.
      case About.OfProposal _ -> insert.laterOnce("approval `" + request.id() + "` was not added");
      case About.OfDecision _ -> {
        if (insert.execute() != 1) {
          return false;
        }
      }
    }
    inbox.add(transaction, request, request.requirement().deciderRoles(false));
    return true;
  }

  /// Asks more people about a request that was locked.
  public void escalate(TenantTransaction transaction, ApprovalRequest request) {
    Rows.update(
            transaction,
            """
            update workflow.approval_request set escalated = true
            where tenant_id = :tenant and approval_id = :id
            """)
        .bind("id", request.id())
        .later();
    inbox.widen(transaction, request.id(), request.requirement().deciderRoles(true));
  }

  private static Update about(Update insert, About about) {
    return switch (about) {
      case About.OfProposal(var proposalId, var gate, var handlerVersion) ->
          insert
              .bind("proposal_id", proposalId)
              .bind("gate", gate)
              .bind("handler_version", handlerVersion)
              .bindNull("decision_id", Types.OTHER)
              .bindNull("correlation_id", Types.OTHER)
              .bindNull("decision_index", Types.BIGINT)
              .bindNull("asker", Types.VARCHAR)
              .bindNull("question", Types.BINARY);
      case About.OfDecision(
              var decisionId,
              var correlationId,
              var logIndex,
              var asker,
              var question) ->
          insert
              .bindNull("proposal_id", Types.OTHER)
              .bindNull("gate", Types.VARCHAR)
              .bindNull("handler_version", Types.VARCHAR)
              .bind("decision_id", decisionId)
              .bind("correlation_id", correlationId)
              .bind("decision_index", logIndex)
              .bind("asker", asker)
              .bind("question", question.bytes());
    };
  }

  public Optional<ApprovalRequest> read(TenantTransaction transaction, UUID id) {
    return one(transaction, "approval_id", id, "");
  }

  public Optional<ApprovalRequest> ofProposal(TenantTransaction transaction, UUID proposalId) {
    return one(transaction, "proposal_id", proposalId, "");
  }

  /// Reads a request and keeps everybody else from changing it; where it is about a proposal, its
  /// case and its proposal MUST be locked before.
  public Optional<ApprovalRequest> lock(TenantTransaction transaction, UUID id) {
    return one(transaction, "approval_id", id, "for update");
  }

  /// The same, asked for with the next statement.
  public Query.Rows<ApprovalRequest> lockAhead(TenantTransaction transaction, UUID id) {
    return rows(transaction, "approval_id = :id", id, "for update").ahead();
  }

  /// The request that waits about this question of this asker, if there is one.
  public Optional<ApprovalRequest> pendingOf(
      TenantTransaction transaction, String asker, Digest question) {
    return Rows.query(
            transaction,
            """
            select * from workflow.approval_request
            where tenant_id = :tenant and asker = :asker and question_digest = :question
              and state = 'pending' and decision_id is not null
            """)
        .bind("asker", asker)
        .bind("question", question.bytes())
        .map((row, _) -> stored(row))
        .findOne();
  }

  /// How many requests about decisions wait, of one asker or of all; counted up to `most`.
  public int pendingAboutDecisions(
      TenantTransaction transaction, Optional<String> asker, int most) {
    return Rows.query(
            transaction,
            """
            select count(*) from (
              select 1 from workflow.approval_request
              where tenant_id = :tenant and state = 'pending' and decision_id is not null
                and (cast(:asker as text) is null or asker = :asker)
              limit :most) waiting
            """)
        .bind("asker", asker.orElse(null))
        .bind("most", most)
        .mapTo(Integer.class)
        .one();
  }

  /// Reads a proposal's request and keeps everybody else from changing it; its case and its
  /// proposal MUST be locked before.
  public Optional<ApprovalRequest> lockOfProposal(TenantTransaction transaction, UUID proposalId) {
    return one(transaction, "proposal_id", proposalId, "for update");
  }

  /// What those of the requests are about that are about a proposal.
  public List<UUID> proposalsOf(TenantTransaction transaction, Collection<UUID> approvalIds) {
    return Rows.query(
            transaction,
            """
            select proposal_id from workflow.approval_request
            where tenant_id = :tenant and approval_id = any(:ids) and proposal_id is not null
            """)
        .bindArray("ids", UUID.class, List.copyOf(approvalIds))
        .mapTo(UUID.class)
        .list();
  }

  /// The same of several, by their proposals.
  public Map<UUID, ApprovalRequest> lockOfProposals(
      TenantTransaction transaction, Collection<UUID> proposalIds) {
    return Rows.query(
            transaction,
            """
            select * from workflow.approval_request
            where tenant_id = :tenant and proposal_id = any(:ids) order by approval_id for update
            """)
        .bindArray("ids", UUID.class, List.copyOf(proposalIds))
        .map((row, _) -> Map.entry(Rows.uuid(row, "proposal_id"), stored(row)))
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /// Moves a request that was locked along its table, so that it waits for nobody any more; throws
  /// IllegalStateException for a move that is not in it.
  public void move(TenantTransaction transaction, ApprovalRequest request, ApprovalState to) {
    var next = ApprovalState.MOVES.move(request.state(), to);
    Rows.update(
            transaction,
            """
            with waited as (
              delete from workflow.approval_waiting where tenant_id = :tenant and approval_id = :id)
            update workflow.approval_request set state = :to
            where tenant_id = :tenant and approval_id = :id and state = :from
            """)
        .bind("id", request.id())
        .bind("from", request.state().word())
        .bind("to", next.word())
        .laterOnce("approval `" + request.id() + "` was not locked");
  }

  /// Keeps what a person said.
  public void decide(TenantTransaction transaction, ApprovalDecision decision) {
    keep(transaction, DECISIONS, decision);
  }

  /// @param table of the form of the decisions'
  static void keep(TenantTransaction transaction, String table, ApprovalDecision decision) {
    Rows.update(
            transaction,
            """
            insert into %s (tenant_id, decision_id, approval_id, approver, approver_name, decided_for, grant_id, roles, alone,
              decision, reason, action_digest, approval_digest, decided_at, occurred_at)
            values (:tenant, :id, :approval_id, :approver, :approver_name, :decided_for, cast(:grant_id as uuid), :roles, :alone,
              :decision, :reason, :action_digest, :approval_digest, :decided_at, :occurred_at)
            """
                .formatted(table))
        .bind("id", decision.id())
        .bind("approval_id", decision.approvalId())
        .bind("approver", decision.approver())
        .bind("approver_name", decision.approverName())
        .bind("decided_for", decision.decidedFor().orElse(null))
        .bind("grant_id", decision.grantId().orElse(null))
        .bindArray("roles", String.class, List.copyOf(decision.roles()))
        .bind("alone", decision.alone())
        .bind("decision", decision.decision())
        .bind("reason", decision.reason())
        .bind("action_digest", decision.actionDigest().bytes())
        .bind("approval_digest", decision.approvalDigest().bytes())
        .bind("decided_at", Rows.timestamp(decision.decidedAt()))
        .bind("occurred_at", Rows.timestamp(decision.occurredAt()))
        .later();
  }

  /// What was said about a request, in the order in which it was said.
  public List<ApprovalDecision> decisions(TenantTransaction transaction, UUID approvalId) {
    return said(transaction, approvalId).list();
  }

  /// The same, to be asked for ahead.
  public Query.Rows<ApprovalDecision> said(TenantTransaction transaction, UUID approvalId) {
    return said(transaction, DECISIONS, approvalId);
  }

  /// @param table of the form of the decisions'
  static Query.Rows<ApprovalDecision> said(
      TenantTransaction transaction, String table, UUID approvalId) {
    return Rows.query(
            transaction,
            """
            select * from %s where tenant_id = :tenant and approval_id = :approval
            order by decided_at, decision_id
            """
                .formatted(table))
        .bind("approval", approvalId)
        .map((row, _) -> decision(row));
  }

  private static Optional<ApprovalRequest> one(
      TenantTransaction transaction, String column, UUID id, String lock) {
    return rows(transaction, column + " = :id", id, lock).findOne();
  }

  private static Query.Rows<ApprovalRequest> rows(
      TenantTransaction transaction, String which, UUID id, String lock) {
    return Rows.query(
            transaction,
            "select * from workflow.approval_request where tenant_id = :tenant and %s %s"
                .formatted(which, lock))
        .bind("id", id)
        .map((row, _) -> stored(row));
  }

  static ApprovalRequest stored(ResultSet row) throws SQLException {
    return new ApprovalRequest(
        Rows.uuid(row, "approval_id"),
        about(row),
        ApprovalState.read(row.getString("state")),
        row.getInt("policy_version"),
        ApprovalRequirement.read(Rows.object(row, "requirement")),
        Rows.names(row, "barred"),
        Rows.digest(row, "approval_digest"),
        Rows.time(row, "expires_at"),
        Rows.optionalTime(row, "escalates_at"),
        Rows.optionalTime(row, "runs_at"),
        row.getBoolean("escalated"),
        Rows.time(row, "created_at"));
  }

  private static About about(ResultSet row) throws SQLException {
    return row.getObject("decision_id") == null
        ? new About.OfProposal(
            Rows.uuid(row, "proposal_id"), row.getString("gate"), row.getString("handler_version"))
        : new About.OfDecision(
            Rows.uuid(row, "decision_id"),
            Rows.uuid(row, "correlation_id"),
            row.getLong("decision_index"),
            row.getString("asker"),
            Rows.digest(row, "question_digest"));
  }

  private static ApprovalDecision decision(ResultSet row) throws SQLException {
    return new ApprovalDecision(
        Rows.uuid(row, "decision_id"),
        Rows.uuid(row, "approval_id"),
        row.getString("approver"),
        row.getString("approver_name"),
        Optional.ofNullable(row.getString("decided_for")),
        Optional.ofNullable(row.getObject("grant_id", UUID.class)),
        Rows.names(row, "roles"),
        row.getBoolean("alone"),
        row.getString("decision"),
        row.getString("reason"),
        Rows.digest(row, "action_digest"),
        Rows.digest(row, "approval_digest"),
        Rows.time(row, "decided_at"),
        Rows.optionalTime(row, "occurred_at"));
  }
}
