package dev.countersign.workflow.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.Gate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Update;

/// How the gates stand, and how they came to.
public final class GateStore {

  /// Changes on one gate that are shown: what an auditor reads first; the ledger has them all.
  public static final int MOST_HISTORY = 100;

  public Optional<Gate> read(TenantTransaction transaction, String workflow, String transition) {
    return Rows.query(
            transaction,
            """
            select * from workflow.gate
            where tenant_id = :tenant and workflow = :workflow and transition = :transition
            """)
        .bind("workflow", workflow)
        .bind("transition", transition)
        .map((row, _) -> stored(row))
        .findOne();
  }

  /// Sets how a gate stands and keeps the change; MUST be called under the exclusive lock of rules.
  public void change(TenantTransaction transaction, UUID changeId, Gate gate) {
    bound(
            gate,
            Rows.update(
                transaction,
                """
                insert into workflow.gate (tenant_id, workflow, transition, name, authorized, changed_by, changed_at,
                  until, reason, transition_form)
                values (:tenant, :workflow, :transition, :name, :authorized, :by, :at, :until, :reason, :form)
                on conflict (tenant_id, workflow, transition) do update
                  set name = excluded.name, authorized = excluded.authorized, changed_by = excluded.changed_by,
                    changed_at = excluded.changed_at, until = excluded.until, reason = excluded.reason,
                    transition_form = excluded.transition_form
                """))
        .execute();
    bound(
            gate,
            Rows.update(
                transaction,
                """
                insert into workflow.gate_change (tenant_id, change_id, workflow, transition, name, authorized,
                  changed_by, changed_at, until, reason, transition_form)
                values (:tenant, :change_id, :workflow, :transition, :name, :authorized, :by, :at, :until, :reason, :form)
                """))
        .bind("change_id", changeId)
        .execute();
  }

  /// The latest changes of a gate, newest first.
  public List<Gate> history(TenantTransaction transaction, String workflow, String transition) {
    return Rows.query(
            transaction,
            """
            select * from workflow.gate_change
            where tenant_id = :tenant and workflow = :workflow and transition = :transition
            order by change_id desc limit :limit
            """)
        .bind("workflow", workflow)
        .bind("transition", transition)
        .bind("limit", MOST_HISTORY)
        .map((row, _) -> stored(row))
        .list();
  }

  private static Update bound(Gate gate, Update update) {
    return update
        .bind("workflow", gate.workflow())
        .bind("transition", gate.transition())
        .bind("name", gate.name())
        .bind("authorized", gate.authorized())
        .bind("by", gate.by())
        .bind("at", Rows.timestamp(gate.at()))
        .bind("until", Rows.timestamp(gate.until()))
        .bind("reason", gate.reason())
        .bind("form", gate.form().bytes());
  }

  private static Gate stored(ResultSet row) throws SQLException {
    return new Gate(
        row.getString("workflow"),
        row.getString("transition"),
        row.getString("name"),
        row.getBoolean("authorized"),
        row.getString("changed_by"),
        Rows.time(row, "changed_at"),
        Rows.optionalTime(row, "until"),
        row.getString("reason"),
        Rows.digest(row, "transition_form"));
  }
}
