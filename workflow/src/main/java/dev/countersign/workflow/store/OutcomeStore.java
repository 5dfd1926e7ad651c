package dev.countersign.workflow.store;

import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.Update;
import dev.countersign.trust.Severity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/// What came of executions: an outcome each, and what corrects it. Nothing is ever overwritten.
public final class OutcomeStore {
  private static final String COLUMNS =
      "execution_id, success, severity, observed_error, time_saved_seconds, source, observer, reported_at, occurred_at";

  /// Keeps the first outcome of an execution, whose proposal MUST be locked; a second one breaks a
  /// constraint.
  public void add(TenantTransaction transaction, Outcome outcome) {
    bound(
            outcome,
            Rows.update(
                transaction,
                """
                insert into workflow.outcome (tenant_id, execution_id, success, severity, observed_error,
                  time_saved_seconds, source, observer, reported_at, occurred_at)
                values (:tenant, :id, :success, :severity, :observed_error,
                  :time_saved_seconds, :source, :observer, :reported_at, :occurred_at)
                """))
        .later();
  }

  /// Keeps a correction of the revision before it; two of the same number break a constraint.
  public void correct(TenantTransaction transaction, Outcome correction) {
    bound(
            correction,
            Rows.update(
                transaction,
                """
                insert into workflow.outcome_correction (tenant_id, execution_id, revision, success, severity,
                  observed_error, time_saved_seconds, source, observer, reported_at, occurred_at)
                values (:tenant, :id, :revision, :success, :severity,
                  :observed_error, :time_saved_seconds, :source, :observer, :reported_at, :occurred_at)
                """))
        .bind("revision", correction.revision())
        .later();
  }

  /// What is known of an execution, the first report first; empty if nobody reported.
  public Query.Rows<Outcome> all(TenantTransaction transaction, UUID executionId) {
    return Rows.query(
            transaction,
            """
            select 1 as revision, <columns> from workflow.outcome
            where tenant_id = :tenant and execution_id = :id
            union all
            select revision, <columns> from workflow.outcome_correction
            where tenant_id = :tenant and execution_id = :id
            order by revision
            """
                .replace("<columns>", COLUMNS))
        .bind("id", executionId)
        .map((row, _) -> outcome(row));
  }

  private static Update bound(Outcome outcome, Update update) {
    return update
        .bind("id", outcome.executionId())
        .bind("success", outcome.success())
        .bind("severity", outcome.severity().word())
        .bind("observed_error", outcome.observedError().orElse(null))
        .bind("time_saved_seconds", outcome.timeSavedSeconds().orElse(null))
        .bind("source", outcome.source().orElse(null))
        .bind("observer", outcome.observer())
        .bind("reported_at", Rows.timestamp(outcome.reportedAt()))
        .bind("occurred_at", Rows.timestamp(outcome.occurredAt()));
  }

  private static Outcome outcome(ResultSet row) throws SQLException {
    return new Outcome(
        Rows.uuid(row, "execution_id"),
        row.getInt("revision"),
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
