package dev.countersign.workflow.store;

import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.Update;
import dev.countersign.workflow.AuthorizedBy;
import dev.countersign.workflow.ExecutionPhase;
import dev.countersign.workflow.ExecutionState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The executions. Whoever changes one MUST hold its case's and its proposal's lock.
public final class ExecutionStore {

  /// Keeps an execution; a second one of the same proposal breaks a constraint.
  public void add(TenantTransaction transaction, Execution execution) {
    changing(
            execution,
            Rows.update(
                transaction,
                """
                insert into workflow.execution (tenant_id, execution_id, proposal_id, state, phase, handler_version,
                  authorized_by, attempts, series_start, before, after, diff, duration_micros, executed_at, due_at,
                  parked_at, parked_code, outcome_due_at, overdue, undone_by, undone_at, undone_reason, undone_late)
                values (:tenant, :id, :proposal_id, :state, :phase, :handler_version,
                  :authorized_by, :attempts, :series_start, :before, :after, :diff, :duration_micros, :executed_at, :due_at,
                  :parked_at, :parked_code, :outcome_due_at, :overdue, :undone_by, :undone_at, :undone_reason, :undone_late)
                """))
        .bind("proposal_id", execution.proposalId())
        .bind("handler_version", execution.handlerVersion())
        .bind("authorized_by", execution.authorizedBy().word())
        .bind("before", execution.before().toString())
        .bind("after", execution.after().toString())
        .bind("diff", execution.diff().toString())
        .later();
  }

  /// Stores how an execution stands by now.
  public void write(TenantTransaction transaction, Execution execution) {
    changing(
            execution,
            Rows.update(
                transaction,
                """
                update workflow.execution set state = :state, phase = :phase, attempts = :attempts,
                  series_start = :series_start, duration_micros = :duration_micros, executed_at = :executed_at,
                  due_at = :due_at, parked_at = :parked_at, parked_code = :parked_code,
                  outcome_due_at = :outcome_due_at, overdue = :overdue, undone_by = :undone_by,
                  undone_at = :undone_at, undone_reason = :undone_reason, undone_late = :undone_late
                where tenant_id = :tenant and execution_id = :id
                """))
        .laterOnce("there is no execution `" + execution.id() + "`");
  }

  /// Notes that its outcome came, or that it is overdue.
  public void outcomeKnown(TenantTransaction transaction, UUID id, boolean overdue) {
    Rows.update(
            transaction,
            """
            update workflow.execution set outcome_due_at = null, overdue = :overdue
            where tenant_id = :tenant and execution_id = :id
            """)
        .bind("id", id)
        .bind("overdue", overdue)
        .later();
  }

  public Optional<Execution> read(TenantTransaction transaction, UUID id) {
    return rows(transaction, "execution_id", id).findOne();
  }

  /// The same, asked for with the next statement.
  public Query.Rows<Execution> readAhead(TenantTransaction transaction, UUID id) {
    return rows(transaction, "execution_id", id).ahead();
  }

  public Optional<Execution> ofProposal(TenantTransaction transaction, UUID proposalId) {
    return rows(transaction, "proposal_id", proposalId).findOne();
  }

  /// Whether nothing that still stands was carried out on the case after this.
  public boolean latest(TenantTransaction transaction, UUID caseId, Execution execution) {
    return Rows.query(
            transaction,
            """
            select not exists (
              select from workflow.proposal p
              join workflow.execution e on e.tenant_id = p.tenant_id and e.proposal_id = p.proposal_id
              where p.tenant_id = :tenant and p.case_id = :case and e.execution_id <> :id
                and e.state in ('executing', 'executed', 'rollback_failed') and e.executed_at >= :at)
            """)
        .bind("case", caseId)
        .bind("id", execution.id())
        .bind("at", Rows.timestamp(execution.executedAt()))
        .mapTo(Boolean.class)
        .one();
  }

  /// What waits for a person, newest first; `before` is the last id of the page before.
  public List<Execution> parked(TenantTransaction transaction, Optional<UUID> before, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.execution
            where tenant_id = :tenant and parked_at is not null
              and (cast(:before as uuid) is null or execution_id < cast(:before as uuid))
            order by execution_id desc limit :limit
            """)
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> execution(row))
        .list();
  }

  private static Update changing(Execution execution, Update update) {
    return update
        .bind("id", execution.id())
        .bind("state", execution.state().word())
        .bind("phase", execution.phase().word())
        .bind("attempts", execution.attempts())
        .bind("series_start", execution.seriesStart())
        .bind("duration_micros", execution.duration().toNanos() / 1_000)
        .bind("executed_at", Rows.timestamp(execution.executedAt()))
        .bind("due_at", Rows.timestamp(execution.dueAt()))
        .bind("parked_at", Rows.timestamp(execution.parked().map(Execution.Parked::at)))
        .bind("parked_code", execution.parked().map(Execution.Parked::code).orElse(null))
        .bind("outcome_due_at", Rows.timestamp(execution.outcomeDueAt()))
        .bind("overdue", execution.overdue())
        .bind("undone_by", execution.undone().map(Execution.Undone::by).orElse(null))
        .bind("undone_at", Rows.timestamp(execution.undone().map(Execution.Undone::at)))
        .bind("undone_reason", execution.undone().map(Execution.Undone::reason).orElse(null))
        .bind("undone_late", execution.undone().filter(Execution.Undone::late).isPresent());
  }

  private static Query.Rows<Execution> rows(TenantTransaction transaction, String column, UUID id) {
    return Rows.query(
            transaction,
            "select * from workflow.execution where tenant_id = :tenant and %s = :id"
                .formatted(column))
        .bind("id", id)
        .map((row, _) -> execution(row));
  }

  private static Execution execution(ResultSet row) throws SQLException {
    var parkedAt = Rows.optionalTime(row, "parked_at");
    var undoneAt = Rows.optionalTime(row, "undone_at");
    return new Execution(
        Rows.uuid(row, "execution_id"),
        Rows.uuid(row, "proposal_id"),
        ExecutionState.read(row.getString("state")),
        ExecutionPhase.read(row.getString("phase")),
        row.getString("handler_version"),
        AuthorizedBy.read(row.getString("authorized_by")),
        row.getInt("attempts"),
        row.getInt("series_start"),
        Rows.object(row, "before"),
        Rows.object(row, "after"),
        Rows.array(row, "diff"),
        Duration.ofNanos(row.getLong("duration_micros") * 1_000),
        Rows.time(row, "executed_at"),
        Rows.optionalTime(row, "due_at"),
        parkedAt.isEmpty()
            ? Optional.empty()
            : Optional.of(new Execution.Parked(row.getString("parked_code"), parkedAt.get())),
        Rows.optionalTime(row, "outcome_due_at"),
        row.getBoolean("overdue"),
        undoneAt.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Execution.Undone(
                    row.getString("undone_by"),
                    undoneAt.get(),
                    row.getString("undone_reason"),
                    row.getBoolean("undone_late"))));
  }
}
