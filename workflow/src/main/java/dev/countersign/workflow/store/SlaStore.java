package dev.countersign.workflow.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.SlaTimer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// The timers of cases that wait. Whoever changes one MUST hold its case's lock.
public final class SlaStore {

  /// Starts the time of a case, whatever timer it had.
  public void start(TenantTransaction transaction, UUID caseId, SlaTimer timer) {
    Rows.update(
            transaction,
            """
            insert into workflow.sla_timer (tenant_id, case_id, queue, transition, since, due_at)
            values (:tenant, :case, :queue, :transition, :since, :due_at)
            on conflict (tenant_id, case_id) do update
              set queue = :queue, transition = :transition, since = :since, due_at = :due_at, missed_at = null
            """)
        .bind("case", caseId)
        .bind("queue", timer.queue())
        .bind("transition", timer.transition())
        .bind("since", Rows.timestamp(timer.since()))
        .bind("due_at", Rows.timestamp(timer.dueAt()))
        .later();
  }

  public void stop(TenantTransaction transaction, UUID caseId) {
    Rows.update(
            transaction,
            "delete from workflow.sla_timer where tenant_id = :tenant and case_id = :case")
        .bind("case", caseId)
        .later();
  }

  /// Notes that a case has stayed too long.
  public void miss(TenantTransaction transaction, UUID caseId, Instant at) {
    Rows.update(
            transaction,
            "update workflow.sla_timer set missed_at = :at where tenant_id = :tenant and case_id = :case")
        .bind("case", caseId)
        .bind("at", Rows.timestamp(at))
        .later();
  }

  public Optional<SlaTimer> read(TenantTransaction transaction, UUID caseId) {
    return Rows.query(
            transaction,
            "select * from workflow.sla_timer where tenant_id = :tenant and case_id = :case")
        .bind("case", caseId)
        .map((row, _) -> stored(row))
        .findOne();
  }

  /// The timers of those cases that have one.
  public Map<UUID, SlaTimer> of(TenantTransaction transaction, Collection<UUID> cases) {
    var timers = new TreeMap<UUID, SlaTimer>();
    Rows.query(
            transaction,
            "select * from workflow.sla_timer where tenant_id = :tenant and case_id = any(:cases)")
        .bindArray("cases", UUID.class, cases)
        .map((row, _) -> Map.entry(Rows.uuid(row, "case_id"), stored(row)))
        .list()
        .forEach(found -> timers.put(found.getKey(), found.getValue()));
    return timers;
  }

  private static SlaTimer stored(ResultSet row) throws SQLException {
    return new SlaTimer(
        row.getString("queue"),
        row.getString("transition"),
        Rows.time(row, "since"),
        Rows.time(row, "due_at"),
        Rows.optionalTime(row, "missed_at"));
  }
}
