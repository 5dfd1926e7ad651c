package dev.countersign.workflow.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.Freeze;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The freezes, those that were lifted too.
public final class FreezeStore {
  private final Kept<String, List<Freeze>> kept = new Kept<>();

  /// Freezes in force at once; every execution reads them all.
  public static final int MOST_ACTIVE = 1_000;

  public void add(TenantTransaction transaction, Freeze freeze) {
    Rows.update(
            transaction,
            """
            insert into workflow.freeze (tenant_id, freeze_id, scope, value, reason, set_by, since)
            values (:tenant, :id, :scope, :value, :reason, :by, :since)
            """)
        .bind("id", freeze.id())
        .bind("scope", freeze.scope().word())
        .bind("value", freeze.value())
        .bind("reason", freeze.reason())
        .bind("by", freeze.by())
        .bind("since", Rows.timestamp(freeze.since()))
        .later();
  }

  /// Notes the end of a freeze that is in force.
  public void lift(TenantTransaction transaction, UUID id, Freeze.Lifted lifted) {
    Rows.update(
            transaction,
            """
            update workflow.freeze set lifted_by = :by, lifted_at = :at, lift_reason = :reason
            where tenant_id = :tenant and freeze_id = :id and lifted_at is null
            """)
        .bind("id", id)
        .bind("by", lifted.by())
        .bind("at", Rows.timestamp(lifted.at()))
        .bind("reason", lifted.reason())
        .later();
  }

  public Optional<Freeze> read(TenantTransaction transaction, UUID id) {
    return Rows.query(
            transaction,
            "select * from workflow.freeze where tenant_id = :tenant and freeze_id = :id")
        .bind("id", id)
        .map((row, _) -> stored(row))
        .findOne();
  }

  /// Every freeze in force, those of everything everywhere too, oldest first; without a limit,
  /// because one that is left out would not stop anything.
  public List<Freeze> active(TenantTransaction transaction) {
    return kept.get(
        transaction,
        "active",
        () ->
            Rows.query(
                    transaction,
                    """
                    select * from workflow.freeze
                    where (tenant_id = :tenant or scope = 'global') and lifted_at is null
                    order by freeze_id
                    """)
                .map((row, _) -> stored(row))
                .list());
  }

  /// Freezes of everything everywhere, newest first, lifted ones too; seen by the tenant that set
  /// them. `before` is the last id of the page before.
  public List<Freeze> pageEverywhere(
      TenantTransaction transaction, Optional<UUID> before, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.freeze
            where tenant_id = :tenant and scope = 'global'
              and (cast(:before as uuid) is null or freeze_id < cast(:before as uuid))
            order by freeze_id desc limit :limit
            """)
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  /// Newest first, lifted ones too; `before` is the last id of the page before.
  public List<Freeze> page(TenantTransaction transaction, Optional<UUID> before, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.freeze
            where (tenant_id = :tenant or scope = 'global') and (cast(:before as uuid) is null or freeze_id < cast(:before as uuid))
            order by freeze_id desc limit :limit
            """)
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  private static Freeze stored(ResultSet row) throws SQLException {
    var liftedAt = Rows.optionalTime(row, "lifted_at");
    Optional<Freeze.Lifted> lifted =
        liftedAt.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Freeze.Lifted(
                    row.getString("lifted_by"), liftedAt.get(), row.getString("lift_reason")));
    return new Freeze(
        Rows.uuid(row, "freeze_id"),
        Freeze.Scope.read(row.getString("scope")),
        row.getString("value"),
        row.getString("reason"),
        row.getString("set_by"),
        Rows.time(row, "since"),
        lifted);
  }
}
