package dev.countersign.workflow.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.Delegation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Who may decide for whom.
public final class DelegationStore {

  public void add(TenantTransaction transaction, Delegation delegation) {
    Rows.update(
            transaction,
            """
            insert into workflow.delegation (tenant_id, delegation_id, delegator, delegate, roles, starts_at, ends_at, created_at)
            values (:tenant, :id, :delegator, :delegate, :roles, :starts_at, :ends_at, :created_at)
            """)
        .bind("id", delegation.id())
        .bind("delegator", delegation.delegator())
        .bind("delegate", delegation.delegate())
        .bindArray("roles", String.class, List.copyOf(delegation.roles()))
        .bind("starts_at", Rows.timestamp(delegation.startsAt()))
        .bind("ends_at", Rows.timestamp(delegation.endsAt()))
        .bind("created_at", Rows.timestamp(delegation.createdAt()))
        .later();
  }

  /// Reads one and keeps everybody else from changing it.
  public Optional<Delegation> lock(TenantTransaction transaction, UUID id) {
    return Rows.query(
            transaction,
            "select * from workflow.delegation where tenant_id = :tenant and delegation_id = :id for update")
        .bind("id", id)
        .map((row, _) -> stored(row))
        .findOne();
  }

  public void revoke(TenantTransaction transaction, UUID id, String by, Instant now) {
    Rows.update(
            transaction,
            """
            update workflow.delegation set revoked_at = :now, revoked_by = :by
            where tenant_id = :tenant and delegation_id = :id
            """)
        .bind("id", id)
        .bind("by", by)
        .bind("now", Rows.timestamp(now))
        .later();
  }

  /// What is in force for a delegate at `now`, in the order of the delegators.
  public List<Delegation> inForceTo(TenantTransaction transaction, String delegate, Instant now) {
    return Rows.query(
            transaction,
            """
            select * from workflow.delegation
            where tenant_id = :tenant and delegate = :delegate and revoked_at is null
              and starts_at <= :now and ends_at > :now
            order by delegator, delegation_id
            """)
        .bind("delegate", delegate)
        .bind("now", Rows.timestamp(now))
        .map((row, _) -> stored(row))
        .list();
  }

  /// Those of a delegator that are not over at `now`.
  public List<Delegation> openOf(TenantTransaction transaction, String delegator, Instant now) {
    return open(transaction, "delegator", delegator, now);
  }

  /// Those to a delegate that are not over at `now`.
  public List<Delegation> openTo(TenantTransaction transaction, String delegate, Instant now) {
    return open(transaction, "delegate", delegate, now);
  }

  private static List<Delegation> open(
      TenantTransaction transaction, String column, String actor, Instant now) {
    return Rows.query(
            transaction,
            """
            select * from workflow.delegation
            where tenant_id = :tenant and %s = :actor and revoked_at is null and ends_at > :now
            order by delegation_id
            """
                .formatted(column))
        .bind("actor", actor)
        .bind("now", Rows.timestamp(now))
        .map((row, _) -> stored(row))
        .list();
  }

  /// All of the tenant, newest first; `before` is the last id of the page before.
  public List<Delegation> page(TenantTransaction transaction, Optional<UUID> before, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.delegation
            where tenant_id = :tenant and (cast(:before as uuid) is null or delegation_id < cast(:before as uuid))
            order by delegation_id desc limit :limit
            """)
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  private static Delegation stored(ResultSet row) throws SQLException {
    return new Delegation(
        Rows.uuid(row, "delegation_id"),
        row.getString("delegator"),
        row.getString("delegate"),
        Rows.names(row, "roles"),
        Rows.time(row, "starts_at"),
        Rows.time(row, "ends_at"),
        Rows.time(row, "created_at"),
        Rows.optionalTime(row, "revoked_at"));
  }
}
