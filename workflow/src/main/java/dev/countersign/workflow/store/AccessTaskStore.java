package dev.countersign.workflow.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.store.TenantTransaction;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// The requests for approval that came by AuthZEN's profile, and what each is for.
public final class AccessTaskStore {

  /// Does nothing if it is there.
  public void add(TenantTransaction transaction, UUID approvalId, Digest scope, Instant now) {
    Rows.update(
            transaction,
            """
            insert into workflow.access_task (tenant_id, approval_id, scope, created_at)
            values (:tenant, :id, :scope, :now) on conflict do nothing
            """)
        .bind("id", approvalId)
        .bind("scope", scope.bytes())
        .bind("now", Rows.timestamp(now))
        .later();
  }

  /// What a request is for; empty if it did not come this way.
  public Optional<Digest> scope(TenantTransaction transaction, UUID approvalId) {
    return Rows.query(
            transaction,
            "select scope from workflow.access_task where tenant_id = :tenant and approval_id = :id")
        .bind("id", approvalId)
        .map((row, _) -> Rows.digest(row, "scope"))
        .findOne();
  }
}
