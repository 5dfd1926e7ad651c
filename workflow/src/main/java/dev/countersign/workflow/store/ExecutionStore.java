package dev.countersign.workflow.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.Severity;
import dev.countersign.workflow.ExecutionState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/// The executions and their outcomes; both are written once.
public final class ExecutionStore {

  /// Keeps an execution; a second one of the same proposal breaks a constraint.
  public void add(TenantTransaction transaction, Execution execution) {
    Rows.update(
            transaction,
            """
            insert into workflow.execution (tenant_id, execution_id, proposal_id, state, handler_version, attempts,
              before, after, diff, duration_micros, executed_at)
            values (:tenant, :id, :proposal_id, :state, :handler_version, :attempts,
              :before, :after, :diff, :duration_micros, :executed_at)
            """)
        .bind("id", execution.id())
        .bind("proposal_id", execution.proposalId())
        .bind("state", execution.state().word())
        .bind("handler_version", execution.handlerVersion())
        .bind("attempts", execution.attempts())
        .bind("before", execution.before().toString())
        .bind("after", execution.after().toString())
        .bind("diff", execution.diff().toString())
        .bind("duration_micros", execution.duration().toNanos() / 1_000)
        .bind("executed_at", Rows.timestamp(execution.executedAt()))
        .execute();
  }

  public Optional<Execution> read(TenantTransaction transaction, UUID id) {
    return one(transaction, "execution_id", id);
  }

  public Optional<Execution> ofProposal(TenantTransaction transaction, UUID proposalId) {
    return one(transaction, "proposal_id", proposalId);
  }

  /// Keeps an outcome unless there is one; says whether it did.
  public boolean observe(TenantTransaction transaction, Outcome outcome) {
    return Rows.update(
                transaction,
                """
                insert into workflow.outcome (tenant_id, execution_id, success, severity, observed_error,
                  time_saved_seconds, source, observer, reported_at, occurred_at)
                values (:tenant, :id, :success, :severity, :observed_error,
                  :time_saved_seconds, :source, :observer, :reported_at, :occurred_at)
                on conflict (tenant_id, execution_id) do nothing
                """)
            .bind("id", outcome.executionId())
            .bind("success", outcome.success())
            .bind("severity", outcome.severity().word())
            .bind("observed_error", outcome.observedError().orElse(null))
            .bind("time_saved_seconds", outcome.timeSavedSeconds().orElse(null))
            .bind("source", outcome.source().orElse(null))
            .bind("observer", outcome.observer())
            .bind("reported_at", Rows.timestamp(outcome.reportedAt()))
            .bind("occurred_at", Rows.timestamp(outcome.occurredAt()))
            .execute()
        == 1;
  }

  public Optional<Outcome> outcome(TenantTransaction transaction, UUID executionId) {
    return Rows.query(
            transaction,
            "select * from workflow.outcome where tenant_id = :tenant and execution_id = :id")
        .bind("id", executionId)
        .map((row, _) -> outcome(row))
        .findOne();
  }

  private static Optional<Execution> one(TenantTransaction transaction, String column, UUID id) {
    return Rows.query(
            transaction,
            "select * from workflow.execution where tenant_id = :tenant and %s = :id"
                .formatted(column))
        .bind("id", id)
        .map((row, _) -> execution(row))
        .findOne();
  }

  private static Execution execution(ResultSet row) throws SQLException {
    return new Execution(
        Rows.uuid(row, "execution_id"),
        Rows.uuid(row, "proposal_id"),
        ExecutionState.read(row.getString("state")),
        row.getString("handler_version"),
        row.getInt("attempts"),
        Rows.object(row, "before"),
        Rows.object(row, "after"),
        Rows.array(row, "diff"),
        Duration.ofNanos(row.getLong("duration_micros") * 1_000),
        Rows.time(row, "executed_at"));
  }

  private static Outcome outcome(ResultSet row) throws SQLException {
    return new Outcome(
        Rows.uuid(row, "execution_id"),
        row.getBoolean("success"),
        Severity.parse(row.getString("severity")).orElseThrow(),
        Optional.ofNullable(row.getString("observed_error")),
        Optional.ofNullable(row.getObject("time_saved_seconds", Long.class)),
        Optional.ofNullable(row.getString("source")),
        row.getString("observer"),
        Rows.time(row, "reported_at"),
        Rows.optionalTime(row, "occurred_at"));
  }
}
