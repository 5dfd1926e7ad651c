package dev.countersign.workflow.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.CaseEvent;
import java.util.UUID;

/// The events of cases. Whoever adds one MUST hold its case's lock.
public final class EventStore {

  /// The number of a case's next event.
  public long next(TenantTransaction transaction, UUID caseId) {
    return Rows.query(
            transaction,
            """
            select coalesce(max(number), 0) + 1 from workflow.case_event
            where tenant_id = :tenant and case_id = :case
            """)
        .bind("case", caseId)
        .mapTo(Long.class)
        .one();
  }

  /// Adds an event as the case's next.
  public void add(TenantTransaction transaction, CaseEvent event) {
    Rows.update(
            transaction,
            """
            insert into workflow.case_event (tenant_id, case_id, number, event_id, type, data, actor, at, occurred_at, depth)
            select :tenant, :case, coalesce(max(number), 0) + 1, cast(:id as uuid), :type, :data, :actor,
              cast(:at as timestamptz), cast(:occurred_at as timestamptz), cast(:depth as integer)
            from workflow.case_event where tenant_id = :tenant and case_id = :case
            """)
        .bind("case", event.caseId())
        .bind("id", event.id())
        .bind("type", event.type())
        .bind("data", event.data().toString())
        .bind("actor", event.actor())
        .bind("at", Rows.timestamp(event.at()))
        .bind("occurred_at", Rows.timestamp(event.occurredAt()))
        .bind("depth", event.depth())
        .later();
  }
}
