package dev.countersign.workflow.store;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.AutonomySetting;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.ModelCeiling;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// How far a tenant's actions may go by themselves, and what chance gave people to decide.
public final class AutonomyStore {
  private final Kept<String, Optional<Set>> kept = new Kept<>();

  /// A setting with who made it.
  public record Set(AutonomySetting setting, String reason, String by, Instant at) {}

  /// Empty if nobody ever said anything; then [AutonomySetting#USUAL] holds.
  public Optional<Set> read(TenantTransaction transaction) {
    return kept.get(transaction, "setting", () -> stored(transaction));
  }

  private static Optional<Set> stored(TenantTransaction transaction) {
    return Rows.query(transaction, "select * from workflow.autonomy where tenant_id = :tenant")
        .map((row, _) ->
            new Set(
                setting(row),
                row.getString("reason"),
                row.getString("changed_by"),
                Rows.time(row, "changed_at")))
        .findOne();
  }

  private static AutonomySetting setting(ResultSet row) throws SQLException {
    var undeclared = Optional.ofNullable(row.getString("undeclared_ceiling"));
    return new AutonomySetting(
        Mode.read(row.getString("ceiling")),
        row.getInt("audit_per_10000"),
        Rows.array(row, "model_ceilings").items().stream().map(AutonomyStore::ceiling).toList(),
        undeclared.map(Mode::read));
  }

  private static ModelCeiling ceiling(Json stored) {
    var json = (JsonObject) stored;
    return new ModelCeiling(
        json.text("model").orElseThrow(), Mode.read(json.text("ceiling").orElseThrow()));
  }

  /// MUST be called under the exclusive lock of rules.
  public void write(TenantTransaction transaction, Set set) {
    Rows.update(
            transaction,
            """
            insert into workflow.autonomy (tenant_id, ceiling, audit_per_10000, model_ceilings, undeclared_ceiling, reason,
              changed_by, changed_at)
            values (:tenant, :ceiling, :audit, :models, :undeclared, :reason, :by, :at)
            on conflict (tenant_id) do update
              set ceiling = excluded.ceiling, audit_per_10000 = excluded.audit_per_10000,
                model_ceilings = excluded.model_ceilings, undeclared_ceiling = excluded.undeclared_ceiling, reason = excluded.reason,
                changed_by = excluded.changed_by, changed_at = excluded.changed_at
            """)
        .bind("ceiling", set.setting().ceiling().word())
        .bind("audit", set.setting().auditPerTenThousand())
        .bind("models", set.setting().models().toString())
        .bind("undeclared", set.setting().undeclaredCeiling().map(Mode::word).orElse(null))
        .bind("reason", set.reason())
        .bind("by", set.by())
        .bind("at", Rows.timestamp(set.at()))
        .later();
  }

  /// One action on one version of a case, whoever proposes it and however often.
  public record Drawing(UUID caseId, long caseVersion, String actionType) {}

  /// What chance said.
  ///
  /// @param drawn whether it gave the action to people
  /// @param perTenThousand the share that held when it was asked: the probability that it does
  /// @param first whether nobody had asked before
  public record Drawn(boolean drawn, int perTenThousand, boolean first) {
    /// Whether it had left the action to itself before: then that it does so again is no chance.
    public boolean leftOutBefore() {
      return !drawn && !first;
    }

    public double share() {
      return perTenThousand / (double) AutonomySetting.WHOLE;
    }
  }

  /// What chance said of the action: the first time it was asked, or `now` if it never was. The
  /// share is of that time too: evidence is weighed by the probability that really decided. The
  /// case MUST be locked.
  public Drawn drawn(TenantTransaction transaction, Drawing drawing, Drawn now) {
    // Of the two parts one has a row: the second does not see what the first has made.
    return Rows.query(
            transaction,
            """
            with made as (
              insert into workflow.audit_draw (tenant_id, case_id, case_version, action_type, drawn, audit_per_10000)
              values (:tenant, :case_id, :case_version, :action_type, :drawn, :audit)
              on conflict do nothing
              returning drawn, audit_per_10000
            )
            select drawn, audit_per_10000, true as first from made
            union all
            select drawn, audit_per_10000, false from workflow.audit_draw
            where tenant_id = :tenant and case_id = :case_id and case_version = :case_version
              and action_type = :action_type
            """)
        .bind("case_id", drawing.caseId())
        .bind("case_version", drawing.caseVersion())
        .bind("action_type", drawing.actionType())
        .bind("drawn", now.drawn())
        .bind("audit", now.perTenThousand())
        .map((row, _) ->
            new Drawn(
                row.getBoolean("drawn"), row.getInt("audit_per_10000"), row.getBoolean("first")))
        .one();
  }
}
