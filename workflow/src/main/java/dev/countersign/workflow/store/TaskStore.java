package dev.countersign.workflow.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.Task;
import dev.countersign.workflow.TaskState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The tasks of cases. Whoever changes one MUST hold its case's lock.
public final class TaskStore {

  public void add(TenantTransaction transaction, Task task) {
    insert(transaction, task, null, null);
  }

  /// Adds what an execution opens; throws `DatabaseFailure.Broken` if it is there.
  ///
  /// @param ordinal its place among what the transition opens
  public void addOfProposal(
      TenantTransaction transaction, Task task, UUID proposalId, int ordinal) {
    insert(transaction, task, proposalId, ordinal);
  }

  private static void insert(
      TenantTransaction transaction,
      Task task,
      @Nullable UUID proposalId,
      @Nullable Integer ordinal) {
    Rows.update(
            transaction,
            """
            insert into workflow.task (tenant_id, task_id, case_id, number, proposal_id, ordinal, version, type, title, role, state,
              assigned_to, opened_by, opened_at, changed_at, due_at)
            values (:tenant, :id, :case, :number, cast(:proposal as uuid), :ordinal, :version, :type, :title, :role, :state,
              :assigned_to, :opened_by, :opened_at, :changed_at, :due_at)
            """)
        .bind("id", task.id())
        .bind("case", task.caseId())
        .bind("number", task.number())
        .bind("proposal", proposalId)
        .bind("ordinal", ordinal)
        .bind("version", task.version())
        .bind("type", task.what().type())
        .bind("title", task.what().title())
        .bind("role", task.what().role().orElse(null))
        .bind("state", task.state().word())
        .bind("assigned_to", task.assignedTo().orElse(null))
        .bind("opened_by", task.openedBy())
        .bind("opened_at", Rows.timestamp(task.openedAt()))
        .bind("changed_at", Rows.timestamp(task.changedAt()))
        .bind("due_at", Rows.timestamp(task.what().dueAt()))
        .later();
  }

  public Optional<Task> read(TenantTransaction transaction, UUID caseId, UUID id) {
    return Rows.query(
            transaction,
            """
            select * from workflow.task where tenant_id = :tenant and case_id = :case and task_id = :id
            """)
        .bind("case", caseId)
        .bind("id", id)
        .map((row, _) -> stored(row))
        .findOne();
  }

  /// Stores a task as it became from the version before; throws IllegalStateException if that is
  /// not what is stored.
  public void change(TenantTransaction transaction, Task changed) {
    Rows.update(
            transaction,
            """
            update workflow.task set version = :version, state = :state, assigned_to = :assigned_to,
              workers = :workers, changed_at = :changed_at
            where tenant_id = :tenant and task_id = :id and version = :version - 1
            """)
        .bind("id", changed.id())
        .bind("version", changed.version())
        .bind("state", changed.state().word())
        .bind("assigned_to", changed.assignedTo().orElse(null))
        .bindArray("workers", String.class, List.copyOf(changed.workers()))
        .bind("changed_at", Rows.timestamp(changed.changedAt()))
        .laterOnce("task `" + changed.id() + "` was not locked");
  }

  /// The number of a case's next task.
  public int next(TenantTransaction transaction, UUID caseId) {
    return Rows.query(
            transaction,
            """
            select coalesce(max(number), 0) + 1 from workflow.task where tenant_id = :tenant and case_id = :case
            """)
        .bind("case", caseId)
        .mapTo(Integer.class)
        .one();
  }

  /// How many of a case's tasks somebody still has to do.
  public int open(TenantTransaction transaction, UUID caseId) {
    return Rows.query(
            transaction,
            """
            select count(*) from workflow.task
            where tenant_id = :tenant and case_id = :case and state in ('pending', 'in_progress')
            """)
        .bind("case", caseId)
        .mapTo(Integer.class)
        .one();
  }

  /// What an execution opened and nobody has done yet.
  public List<Task> openOfProposal(TenantTransaction transaction, UUID proposalId) {
    return Rows.query(
            transaction,
            """
            select * from workflow.task
            where tenant_id = :tenant and proposal_id = :proposal and state in ('pending', 'in_progress')
            order by number
            """)
        .bind("proposal", proposalId)
        .map((row, _) -> stored(row))
        .list();
  }

  /// A case's open tasks of a type, oldest first.
  public List<Task> openOf(TenantTransaction transaction, UUID caseId, String type, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.task
            where tenant_id = :tenant and case_id = :case and type = :type and state in ('pending', 'in_progress')
            order by number limit :limit
            """)
        .bind("case", caseId)
        .bind("type", type)
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  /// The tasks of a case, newest first; `before` is the last id of the page before.
  public List<Task> page(
      TenantTransaction transaction, UUID caseId, Optional<UUID> before, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.task
            where tenant_id = :tenant and case_id = :case
              and (cast(:before as uuid) is null or number < (
                select number from workflow.task
                where tenant_id = :tenant and case_id = :case and task_id = cast(:before as uuid)))
            order by number desc limit :limit
            """)
        .bind("case", caseId)
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  private static Task stored(ResultSet row) throws SQLException {
    return new Task(
        Rows.uuid(row, "task_id"),
        Rows.uuid(row, "case_id"),
        row.getInt("number"),
        row.getInt("version"),
        new Task.What(
            row.getString("type"),
            row.getString("title"),
            Optional.ofNullable(row.getString("role")),
            Rows.optionalTime(row, "due_at")),
        TaskState.read(row.getString("state")),
        Optional.ofNullable(row.getString("assigned_to")),
        Rows.names(row, "workers"),
        row.getString("opened_by"),
        Rows.time(row, "opened_at"),
        Rows.time(row, "changed_at"));
  }
}
