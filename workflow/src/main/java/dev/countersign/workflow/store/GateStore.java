package dev.countersign.workflow.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.Update;
import dev.countersign.workflow.Gate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// How the gates stand, and how they came to.
public final class GateStore {
  private final Kept<Asked, Standing> kept = new Kept<>();

  private record Asked(String workflow, String transition, String site) {}

  /// Changes on one gate that are shown: what an auditor reads first; the ledger has them all.
  public static final int MOST_HISTORY = 100;

  /// Sites for which a gate stands by itself: more is a register, which belongs elsewhere.
  public static final int MOST_SITES = 1_000;

  /// What was last said about a transition, for the tenant and for one site.
  public record Standing(Optional<Gate> everywhere, Optional<Gate> there) {}

  public Standing read(
      TenantTransaction transaction, String workflow, String transition, String site) {
    return kept.get(
        transaction,
        new Asked(workflow, transition, site),
        () -> standing(transaction, workflow, transition, site));
  }

  private static Standing standing(
      TenantTransaction transaction, String workflow, String transition, String site) {
    var all =
        Rows.query(
                transaction,
                """
                select * from workflow.gate
                where tenant_id = :tenant and workflow = :workflow and transition = :transition
                  and site in (:everywhere, :site)
                """)
            .bind("workflow", workflow)
            .bind("transition", transition)
            .bind("everywhere", Gate.EVERY_SITE)
            .bind("site", site)
            .map((row, _) -> stored(row))
            .list();
    return new Standing(at(all, Gate.EVERY_SITE), at(all, site));
  }

  private static Optional<Gate> at(List<Gate> gates, String site) {
    return gates.stream().filter(gate -> gate.site().equals(site)).findFirst();
  }

  /// What was last said about a transition, for the tenant first and then for each site by name.
  public List<Gate> all(TenantTransaction transaction, String workflow, String transition) {
    return Rows.query(
            transaction,
            """
            select * from workflow.gate
            where tenant_id = :tenant and workflow = :workflow and transition = :transition
            order by site <> :everywhere, site limit :limit
            """)
        .bind("workflow", workflow)
        .bind("transition", transition)
        .bind("everywhere", Gate.EVERY_SITE)
        .bind("limit", MOST_SITES)
        .map((row, _) -> stored(row))
        .list();
  }

  /// Sets how a gate stands and keeps the change; MUST be called under the exclusive lock of rules.
  public void change(TenantTransaction transaction, UUID changeId, Gate gate) {
    bound(
            gate,
            Rows.update(
                transaction,
                """
                insert into workflow.gate (tenant_id, workflow, transition, site, name, authorized, changed_by,
                  changed_at, until, up_to, reason, transition_form, also_forms)
                values (:tenant, :workflow, :transition, :site, :name, :authorized, :by,
                  :at, :until, :up_to, :reason, :form, :also_forms)
                on conflict (tenant_id, workflow, transition, site) do update
                  set name = excluded.name, authorized = excluded.authorized, changed_by = excluded.changed_by,
                    changed_at = excluded.changed_at, until = excluded.until, up_to = excluded.up_to, reason = excluded.reason,
                    transition_form = excluded.transition_form, also_forms = excluded.also_forms
                """))
        .later();
    bound(
            gate,
            Rows.update(
                transaction,
                """
                insert into workflow.gate_change (tenant_id, change_id, workflow, transition, site, name, authorized,
                  changed_by, changed_at, until, up_to, reason, transition_form, also_forms)
                values (:tenant, :change_id, :workflow, :transition, :site, :name, :authorized,
                  :by, :at, :until, :up_to, :reason, :form, :also_forms)
                """))
        .bind("change_id", changeId)
        .later();
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
        .bind("site", gate.site())
        .bind("name", gate.name())
        .bind("authorized", gate.authorized())
        .bind("by", gate.by())
        .bind("at", Rows.timestamp(gate.at()))
        .bind("until", Rows.timestamp(gate.until()))
        .bind("up_to", gate.upTo().orElse(null))
        .bind("reason", gate.reason())
        .bind("form", gate.form().bytes())
        .bindArray("also_forms", String.class, gate.alsoForms().stream().map(Digest::hex).toList());
  }

  private static Gate stored(ResultSet row) throws SQLException {
    return new Gate(
        row.getString("workflow"),
        row.getString("transition"),
        row.getString("site"),
        row.getString("name"),
        row.getBoolean("authorized"),
        row.getString("changed_by"),
        Rows.time(row, "changed_at"),
        Rows.optionalTime(row, "until"),
        Optional.ofNullable(row.getObject("up_to", Long.class)),
        row.getString("reason"),
        Rows.digest(row, "transition_form"),
        Arrays.stream((String[]) row.getArray("also_forms").getArray())
            .map(hex -> Digest.parse(hex).orElseThrow())
            .toList());
  }
}
