package dev.countersign.workflow.store;

import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
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

  /// The same with what holds it.
  public Optional<Locked> lockWhole(TenantTransaction transaction, UUID id) {
    return Rows.query(
            transaction,
            """
            select * from workflow.case_file where tenant_id = :tenant and case_id = :id for update
            """)
        .bind("id", id)
        .map((row, _) -> locked(row))
        .findOne();
  }

  /// The same as [#lock], asked for with the next statement.
  public Query.Rows<Case> lockAhead(TenantTransaction transaction, UUID id) {
    return rows(transaction, id, "for update").ahead();
  }

  /// A case that is locked.
  ///
  /// @param busyWith the unfinished execution that holds it
  public record Locked(Case subject, Optional<UUID> busyWith) {}

  /// The case that a proposal is about, locked as by [#lock]; asked for with the next statement.
  public Query.Rows<Locked> lockOfProposal(TenantTransaction transaction, UUID proposalId) {
    return lockOf(transaction, ":id", proposalId);
  }

  /// The same of the proposal that a request for approval is about.
  public Query.Rows<Locked> lockOfApproval(TenantTransaction transaction, UUID approvalId) {
    return lockOf(transaction, ProposalStore.OF_APPROVAL, approvalId);
  }

  /// The same of the proposal that was executed.
  public Query.Rows<Locked> lockOfExecution(TenantTransaction transaction, UUID executionId) {
    return lockOf(transaction, ProposalStore.OF_EXECUTION, executionId);
  }

  private static Query.Rows<Locked> lockOf(
      TenantTransaction transaction, String proposal, UUID id) {
    return Rows.query(
            transaction,
            """
            select * from workflow.case_file
            where tenant_id = :tenant and case_id = (
              select case_id from workflow.proposal where tenant_id = :tenant and proposal_id = <proposal>)
            for update
            """
                .replace("<proposal>", proposal))
        .bind("id", id)
        .map((row, _) -> locked(row))
        .ahead();
  }

  /// The cases that these proposals are about, locked as by [#lock], in one order; without those
  /// that somebody holds at the moment.
  public List<Locked> lockFreeOf(TenantTransaction transaction, Collection<UUID> proposalIds) {
    return Rows.query(
            transaction,
            """
            select * from workflow.case_file
            where tenant_id = :tenant and case_id = any(array(
              select case_id from workflow.proposal where tenant_id = :tenant and proposal_id = any(:ids)))
            order by case_id for update skip locked
            """)
        .bindArray("ids", UUID.class, List.copyOf(proposalIds))
        .map((row, _) -> locked(row))
        .list();
  }

  /// Those of the cases that nobody holds at the moment, locked as by [#lock], in one order.
  public List<Case> lockFree(TenantTransaction transaction, Collection<UUID> ids) {
    return Rows.query(
            transaction,
            """
            select * from workflow.case_file where tenant_id = :tenant and case_id = any(:ids)
            order by case_id for update skip locked
            """)
        .bindArray("ids", UUID.class, List.copyOf(ids))
        .map((row, _) -> stored(row))
        .list();
  }

  private static Locked locked(ResultSet row) throws SQLException {
    return new Locked(stored(row), Optional.ofNullable(row.getObject("busy_with", UUID.class)));
  }

  /// Who had a hand in a case: opened it, corrected its facts, worked on a task of it, or approved
  /// something that was then carried out.
  public SortedSet<String> hands(TenantTransaction transaction, UUID id) {
    return new TreeSet<>(
        Rows.query(
                transaction,
                """
                select opened_by from workflow.case_file where tenant_id = :tenant and case_id = :id
                union
                select unnest(correctors) from workflow.case_file where tenant_id = :tenant and case_id = :id
                union
                select unnest(workers) from workflow.task where tenant_id = :tenant and case_id = :id
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

  /// Stores where a case that was locked has moved to, and what holds it there.
  public void move(TenantTransaction transaction, Case moved) {
    Rows.update(
            transaction,
            """
            update workflow.case_file set queue = :queue, state = :state, version = :version,
              held_by = :held_by, held_since = :held_since
            where tenant_id = :tenant and case_id = :id
            """)
        .bind("id", moved.id())
        .bind("queue", moved.queue())
        .bind("state", moved.state().word())
        .bind("version", moved.version())
        .bind("held_by", moved.hold().map(Case.Hold::by).orElse(null))
        .bind("held_since", Rows.timestamp(moved.hold().map(Case.Hold::since)))
        .later();
  }

  /// Lets an execution hold a case that was locked, or nobody any more.
  public void busy(TenantTransaction transaction, UUID id, Optional<UUID> executionId) {
    Rows.update(
            transaction,
            """
            update workflow.case_file set busy_with = cast(:execution as uuid)
            where tenant_id = :tenant and case_id = :id
            """)
        .bind("id", id)
        .bind("execution", executionId.orElse(null))
        .later();
  }

  /// The same, and under its new reference, which MUST be free.
  public void putAway(TenantTransaction transaction, Case moved) {
    move(transaction, moved);
    Rows.update(
            transaction,
            """
            update workflow.case_file set reference = :reference
            where tenant_id = :tenant and case_id = :id
            """)
        .bind("id", moved.id())
        .bind("reference", moved.reference())
        .later();
  }

  /// The case of that reference, locked as by [#lock].
  public Optional<Case> lockNamed(
      TenantTransaction transaction, String workflow, String reference) {
    return Rows.query(
            transaction,
            """
            select * from workflow.case_file
            where tenant_id = :tenant and workflow = :workflow and reference = :reference for update
            """)
        .bind("workflow", workflow)
        .bind("reference", reference)
        .map((row, _) -> stored(row))
        .findOne();
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

  /// Stores a case that was locked under the version of its workflow that it has now.
  public void migrate(TenantTransaction transaction, Case migrated) {
    move(transaction, migrated);
    Rows.update(
            transaction,
            """
            update workflow.case_file set workflow_version = :workflow_version
            where tenant_id = :tenant and case_id = :id
            """)
        .bind("id", migrated.id())
        .bind("workflow_version", migrated.workflowVersion())
        .later();
  }

  /// Stores the facts that a case that was locked has now, and that he had a hand in it.
  public void correct(TenantTransaction transaction, Case corrected, String corrector) {
    Rows.update(
            transaction,
            """
            update workflow.case_file set attributes = :attributes, version = :version,
              correctors = case when :corrector = any(correctors) then correctors else correctors || cast(:corrector as text) end
            where tenant_id = :tenant and case_id = :id
            """)
        .bind("id", corrected.id())
        .bind("attributes", corrected.attributes().toString())
        .bind("version", corrected.version())
        .bind("corrector", corrector)
        .later();
  }

  /// Which cases are asked for; every given condition must hold.
  ///
  /// @param overdueAt those that have stayed in their queue for too long at that moment
  public record Filter(
      Optional<String> workflow,
      Optional<String> reference,
      Optional<String> queue,
      Optional<CaseState> state,
      Optional<String> site,
      Optional<Instant> overdueAt) {
    public static final Filter ALL = of(Optional.empty(), Optional.empty());

    /// Of a workflow or a reference alone.
    public static Filter of(Optional<String> workflow, Optional<String> reference) {
      return new Filter(
          workflow,
          reference,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
  }

  /// Newest first; `before` is the last id of the page before.
  public List<Case> page(
      TenantTransaction transaction, Filter filter, Optional<UUID> before, int limit) {
    // Only what is asked for stands in the statement, so that each list finds its index.
    var given = new TreeMap<String, Object>();
    filter.workflow().ifPresent(value -> given.put("workflow", value));
    filter.reference().ifPresent(value -> given.put("reference", value));
    filter.queue().ifPresent(value -> given.put("queue", value));
    filter.state().ifPresent(value -> given.put("state", value.word()));
    filter.site().ifPresent(value -> given.put("site", value));
    var sql = new StringBuilder("select * from workflow.case_file c where c.tenant_id = :tenant");
    given.keySet().forEach(column -> sql.append(" and c.%1$s = :%1$s".formatted(column)));
    filter
        .overdueAt()
        .ifPresent(now -> {
          sql.append(OVERDUE);
          given.put("now", Rows.timestamp(now));
        });
    before.ifPresent(id -> {
      sql.append(" and c.case_id < :before");
      given.put("before", id);
    });
    return Rows.query(transaction, sql.append(" order by c.case_id desc limit :limit").toString())
        .bindMap(given)
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  private static final String OVERDUE =
      """
       and exists (
        select from workflow.sla_timer t
        where t.tenant_id = c.tenant_id and t.case_id = c.case_id and t.due_at <= :now)
      """;

  private static Optional<Case> one(TenantTransaction transaction, UUID id, String lock) {
    return rows(transaction, id, lock).findOne();
  }

  private static Query.Rows<Case> rows(TenantTransaction transaction, UUID id, String lock) {
    return Rows.query(
            transaction,
            "select * from workflow.case_file where tenant_id = :tenant and case_id = :id " + lock)
        .bind("id", id)
        .map((row, _) -> stored(row));
  }

  private static Case stored(ResultSet row) throws SQLException {
    var since = Rows.optionalTime(row, "held_since");
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
        Rows.time(row, "created_at"),
        Optional.ofNullable(row.getString("held_by"))
            .flatMap(by -> since.map(time -> new Case.Hold(by, time))));
  }
}
