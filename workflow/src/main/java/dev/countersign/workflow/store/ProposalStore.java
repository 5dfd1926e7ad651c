package dev.countersign.workflow.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.ScopeKey;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Prediction;
import dev.countersign.workflow.ProposalState;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// The proposals.
public final class ProposalStore {
  /// Which proposal the request `:id` is about.
  static final String OF_APPROVAL =
      "(select proposal_id from workflow.approval_request where tenant_id = :tenant and approval_id = :id)";

  /// Which proposal the execution `:id` carried out.
  static final String OF_EXECUTION =
      "(select proposal_id from workflow.execution where tenant_id = :tenant and execution_id = :id)";

  public void add(TenantTransaction transaction, Proposal proposal, String actionType) {
    Rows.update(
            transaction,
            """
            insert into workflow.proposal (tenant_id, proposal_id, case_id, action_type, action, action_digest, state,
              mode_reasons, proposer, principal, prediction, context, features, policy_version, decision,
              scope_site, scope_queue, scope_action, scope_role, due_at, created_at, occurred_at,
              on_behalf_of, edited_from, audited, model)
            values (:tenant, :id, :case_id, :action_type, :action, :action_digest, :state,
              :mode_reasons, :proposer, :principal, :prediction, :context, :features, :policy_version, :decision,
              :scope_site, :scope_queue, :scope_action, :scope_role, :due_at, :created_at, :occurred_at,
              :on_behalf_of, cast(:edited_from as uuid), :audited, :model)
            """)
        .bind("id", proposal.id())
        .bind("case_id", proposal.caseId())
        .bind("action_type", actionType)
        .bind("action", proposal.canonicalAction().getBytes(StandardCharsets.UTF_8))
        .bind("action_digest", proposal.actionDigest().bytes())
        .bind("state", proposal.state().word())
        .bind("mode_reasons", proposal.mode().json().toString())
        .bind("proposer", proposal.proposer())
        .bind("principal", StoredPrincipal.json(proposal.principal()).toString())
        .bind("prediction", proposal.prediction().json().toString())
        .bind("context", proposal.context().toString())
        .bind("features", proposal.features().toString())
        .bind("policy_version", proposal.policyVersion())
        .bind("decision", proposal.decision().toString())
        .bind("scope_site", proposal.scope().site())
        .bind("scope_queue", proposal.scope().queue())
        .bind("scope_action", proposal.scope().actionType())
        .bind("scope_role", proposal.scope().roleContext())
        .bind("due_at", Rows.timestamp(proposal.dueAt()))
        .bind("created_at", Rows.timestamp(proposal.createdAt()))
        .bind("occurred_at", Rows.timestamp(proposal.occurredAt()))
        .bind("on_behalf_of", proposal.onBehalfOf().orElse(null))
        .bind("edited_from", proposal.editedFrom().orElse(null))
        .bind("audited", proposal.audited())
        .bind("model", proposal.model().orElse(null))
        .later();
  }

  public Optional<Proposal> read(TenantTransaction transaction, UUID id) {
    return rows(transaction, id, "").findOne();
  }

  /// Reads a proposal and keeps everybody else from changing it; its case MUST be locked before.
  public Optional<Proposal> lock(TenantTransaction transaction, UUID id) {
    return rows(transaction, id, "for update").findOne();
  }

  /// The same, asked for with the next statement.
  public Query.Rows<Proposal> lockAhead(TenantTransaction transaction, UUID id) {
    return rows(transaction, id, "for update").ahead();
  }

  /// The same of the one that a request for approval is about.
  public Query.Rows<Proposal> lockOfApproval(TenantTransaction transaction, UUID approvalId) {
    return rows(transaction, OF_APPROVAL, approvalId, "for update").ahead();
  }

  /// Those of the proposals that are about one of these cases, oldest first; the cases MUST be
  /// locked before.
  public List<Proposal> lockAll(
      TenantTransaction transaction, Collection<UUID> ids, Collection<UUID> caseIds) {
    return Rows.query(
            transaction,
            """
            select * from workflow.proposal
            where tenant_id = :tenant and proposal_id = any(:ids) and case_id = any(:cases)
            order by proposal_id for update
            """)
        .bindArray("ids", UUID.class, List.copyOf(ids))
        .bindArray("cases", UUID.class, List.copyOf(caseIds))
        .map((row, _) -> stored(row))
        .list();
  }

  /// The proposals of a case that may still come to an execution, oldest first; its case MUST be
  /// locked before.
  public List<Proposal> lockLive(TenantTransaction transaction, UUID caseId) {
    return lockLiveAhead(transaction, caseId).list();
  }

  /// The same, asked for with the next statement.
  public Query.Rows<Proposal> lockLiveAhead(TenantTransaction transaction, UUID caseId) {
    return Rows.query(
            transaction,
            """
            select * from workflow.proposal
            where tenant_id = :tenant and case_id = :case and state in ('pending', 'approved', 'executing')
            order by proposal_id for update
            """)
        .bind("case", caseId)
        .map((row, _) -> stored(row))
        .ahead();
  }

  /// The same without keeping anybody from anything.
  public List<Proposal> live(TenantTransaction transaction, UUID caseId) {
    return Rows.query(
            transaction,
            """
            select * from workflow.proposal
            where tenant_id = :tenant and case_id = :case and state in ('pending', 'approved', 'executing')
            order by proposal_id
            """)
        .bind("case", caseId)
        .map((row, _) -> stored(row))
        .list();
  }

  /// Those of the cases of which one proposal may still come to an execution, and no other; they
  /// MUST be locked before.
  public Set<UUID> alone(TenantTransaction transaction, Collection<UUID> caseIds) {
    return Rows.query(
            transaction,
            """
            select case_id from workflow.proposal
            where tenant_id = :tenant and case_id = any(:cases) and state in ('pending', 'approved', 'executing')
            group by case_id having count(*) = 1
            """)
        .bindArray("cases", UUID.class, List.copyOf(caseIds))
        .mapTo(UUID.class)
        .list()
        .stream()
        .collect(Collectors.toUnmodifiableSet());
  }

  /// The ids of all proposals that a case ever had.
  public List<UUID> ids(TenantTransaction transaction, UUID caseId) {
    return Rows.query(
            transaction,
            "select proposal_id from workflow.proposal where tenant_id = :tenant and case_id = :case")
        .bind("case", caseId)
        .mapTo(UUID.class)
        .list();
  }

  /// The proposals of a case, newest first; `before` is the last id of the page before.
  public List<Proposal> page(
      TenantTransaction transaction, UUID caseId, Optional<UUID> before, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.proposal
            where tenant_id = :tenant and case_id = :case
              and (cast(:before as uuid) is null or proposal_id < cast(:before as uuid))
            order by proposal_id desc limit :limit
            """)
        .bind("case", caseId)
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  /// Moves a proposal that was locked along its table; throws IllegalStateException for a move that
  /// is not in it.
  public void move(TenantTransaction transaction, Proposal proposal, ProposalState to) {
    move(transaction, proposal, to, proposal.dueAt());
  }

  /// Moves a proposal that was locked to `to` within this transaction, through all the states
  /// between, which nobody ever sees.
  public void run(TenantTransaction transaction, Proposal proposal, ProposalState to) {
    var state = proposal.state();
    for (var next :
        List.of(ProposalState.APPROVED, ProposalState.EXECUTING, ProposalState.EXECUTED)) {
      if (next.compareTo(state) > 0 && next.compareTo(to) <= 0) {
        state = ProposalState.MOVES.move(state, next);
      }
    }
    write(transaction, proposal, state, proposal.dueAt());
  }

  /// The same, and says when a timer has to look at it again.
  public void move(
      TenantTransaction transaction, Proposal proposal, ProposalState to, Instant dueAt) {
    write(transaction, proposal, ProposalState.MOVES.move(proposal.state(), to), dueAt);
  }

  /// Notes what keeps an approved proposal from being executed, and when to try again.
  public void block(
      TenantTransaction transaction, UUID id, ComposedMode blocked, Instant nextAttempt) {
    Rows.update(
            transaction,
            """
            update workflow.proposal set blocked = :blocked, due_at = :due_at
            where tenant_id = :tenant and proposal_id = :id
            """)
        .bind("id", id)
        .bind("blocked", blocked.json().toString())
        .bind("due_at", Rows.timestamp(nextAttempt))
        .later();
  }

  private static void write(
      TenantTransaction transaction, Proposal proposal, ProposalState to, Instant dueAt) {
    Rows.update(
            transaction,
            """
            update workflow.proposal set state = :to, due_at = :due_at
            where tenant_id = :tenant and proposal_id = :id and state = :from
            """)
        .bind("id", proposal.id())
        .bind("from", proposal.state().word())
        .bind("to", to.word())
        .bind("due_at", Rows.timestamp(dueAt))
        .laterOnce("proposal `" + proposal.id() + "` was not locked");
  }

  /// The one that was executed, asked for with the next statement.
  public Query.Rows<Proposal> ofExecution(TenantTransaction transaction, UUID executionId) {
    return rows(transaction, OF_EXECUTION, executionId, "").ahead();
  }

  private static Query.Rows<Proposal> rows(TenantTransaction transaction, UUID id, String lock) {
    return rows(transaction, ":id", id, lock);
  }

  private static Query.Rows<Proposal> rows(
      TenantTransaction transaction, String which, UUID id, String lock) {
    return Rows.query(
            transaction,
            "select * from workflow.proposal where tenant_id = :tenant and proposal_id = %s %s"
                .formatted(which, lock))
        .bind("id", id)
        .map((row, _) -> stored(row));
  }

  private static Proposal stored(ResultSet row) throws SQLException {
    var blocked = row.getString("blocked");
    return new Proposal(
        Rows.uuid(row, "proposal_id"),
        Rows.uuid(row, "case_id"),
        new String(row.getBytes("action"), StandardCharsets.UTF_8),
        Rows.digest(row, "action_digest"),
        ProposalState.read(row.getString("state")),
        ComposedMode.read(Rows.array(row, "mode_reasons")),
        blocked == null
            ? Optional.empty()
            : Optional.of(ComposedMode.read(Rows.array(row, "blocked"))),
        StoredPrincipal.read(
            new TenantId(Rows.uuid(row, "tenant_id")), Rows.object(row, "principal")),
        Prediction.read(Rows.object(row, "prediction")),
        Rows.object(row, "context"),
        Rows.object(row, "features"),
        row.getInt("policy_version"),
        Rows.object(row, "decision"),
        new ScopeKey(
            row.getString("scope_site"),
            row.getString("scope_queue"),
            row.getString("scope_action"),
            row.getString("scope_role")),
        Rows.time(row, "due_at"),
        Rows.time(row, "created_at"),
        Rows.optionalTime(row, "occurred_at"),
        Optional.ofNullable(row.getString("on_behalf_of")),
        Optional.ofNullable(row.getObject("edited_from", UUID.class)),
        row.getBoolean("audited"),
        Optional.ofNullable(row.getString("model")));
  }
}
