package dev.countersign.workflow.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// The cases.
public final class CaseStore {

  /// Adds a case unless its reference is taken in its workflow; says whether it did.
  public boolean add(
      TenantTransaction transaction, Case added, String openedBy, Optional<Instant> occurredAt) {
    return Rows.update(
                transaction,
                """
                insert into workflow.case_file (tenant_id, case_id, reference, site, workflow, workflow_version,
                  queue, state, version, attributes, created_at, occurred_at, opened_by)
                values (:tenant, :id, :reference, :site, :workflow, :workflow_version,
                  :queue, :state, :version, :attributes, :created_at, :occurred_at, :opened_by)
                on conflict (tenant_id, workflow, reference) do nothing
                """)
            .bind("id", added.id())
            .bind("reference", added.reference())
            .bind("site", added.site())
            .bind("workflow", added.workflow())
            .bind("workflow_version", added.workflowVersion())
            .bind("queue", added.queue())
            .bind("state", added.state().word())
            .bind("version", added.version())
            .bind("attributes", added.attributes().toString())
            .bind("created_at", Rows.timestamp(added.createdAt()))
            .bind("occurred_at", Rows.timestamp(occurredAt))
            .bind("opened_by", openedBy)
            .execute()
        == 1;
  }

  public Optional<Case> read(TenantTransaction transaction, UUID id) {
    return one(transaction, id, "");
  }

  /// Reads a case and keeps everybody else from changing it until the transaction ends. Whoever
  /// changes anything about a case MUST take this lock first.
  public Optional<Case> lock(TenantTransaction transaction, UUID id) {
    return one(transaction, id, "for update");
  }

  /// Who had a hand in a case: opened it, or approved something that was then carried out.
  public SortedSet<String> hands(TenantTransaction transaction, UUID id) {
    return new TreeSet<>(
        Rows.query(
                transaction,
                """
                select opened_by from workflow.case_file where tenant_id = :tenant and case_id = :id
                union
                select hand.actor from workflow.proposal p
                join workflow.approval_request a on a.tenant_id = p.tenant_id and a.proposal_id = p.proposal_id
                join workflow.approval_decision d on d.tenant_id = a.tenant_id and d.approval_id = a.approval_id
                cross join lateral (values (d.approver), (d.decided_for)) hand(actor)
                where hand.actor is not null and p.tenant_id = :tenant and p.case_id = :id and d.decision = 'approve'
                  and p.state not in ('pending', 'approved', 'rejected', 'withdrawn', 'expired', 'superseded')
                """)
            .bind("id", id)
            .mapTo(String.class)
            .list());
  }

  /// Stores where a case that was locked has moved to.
  public void move(TenantTransaction transaction, Case moved) {
    Rows.update(
            transaction,
            """
            update workflow.case_file set queue = :queue, state = :state, version = :version
            where tenant_id = :tenant and case_id = :id
            """)
        .bind("id", moved.id())
        .bind("queue", moved.queue())
        .bind("state", moved.state().word())
        .bind("version", moved.version())
        .execute();
  }

  /// The newest cases of a workflow that wait in one of these queues.
  public List<Case> standing(
      TenantTransaction transaction, String workflow, SortedSet<String> queues, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.case_file
            where tenant_id = :tenant and workflow = :workflow and queue = any(cast(:queues as text[]))
            order by case_id desc limit :limit
            """)
        .bind("workflow", workflow)
        .bindArray("queues", String.class, List.copyOf(queues))
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  /// Which cases are asked for; every given condition must hold.
  public record Filter(Optional<String> workflow, Optional<String> reference) {
    public static final Filter ALL = new Filter(Optional.empty(), Optional.empty());
  }

  /// Newest first; `before` is the last id of the page before.
  public List<Case> page(
      TenantTransaction transaction, Filter filter, Optional<UUID> before, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.case_file
            where tenant_id = :tenant and (cast(:before as uuid) is null or case_id < cast(:before as uuid))
              and (cast(:workflow as text) is null or workflow = cast(:workflow as text))
              and (cast(:reference as text) is null or reference = cast(:reference as text))
            order by case_id desc limit :limit
            """)
        .bind("workflow", filter.workflow().orElse(null))
        .bind("reference", filter.reference().orElse(null))
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  private static Optional<Case> one(TenantTransaction transaction, UUID id, String lock) {
    return Rows.query(
            transaction,
            "select * from workflow.case_file where tenant_id = :tenant and case_id = :id " + lock)
        .bind("id", id)
        .map((row, _) -> stored(row))
        .findOne();
  }

  private static Case stored(ResultSet row) throws SQLException {
    return new Case(
        Rows.uuid(row, "case_id"),
        row.getString("reference"),
        row.getString("site"),
        row.getString("workflow"),
        row.getInt("workflow_version"),
        row.getString("queue"),
        CaseState.read(row.getString("state")),
        row.getLong("version"),
        Rows.object(row, "attributes"),
        Rows.time(row, "created_at"));
  }
}
