package dev.countersign.identity.store;

import dev.countersign.identity.Tenant;
import dev.countersign.kernel.store.TenantTransaction;
import java.sql.Timestamp;
import java.time.Instant;

/// Tenants in the database.
public final class TenantStore {
  private TenantStore() {}

  /// Writes the tenant and its generation row; false if the slug is taken.
  public static boolean insert(TenantTransaction transaction, Tenant tenant, Instant now) {
    int written =
        transaction
            .handle()
            .createUpdate(
                """
                insert into identity.tenant (tenant_id, slug, name, profile, created_at)
                values (:tenant, :slug, :name, :profile, :now) on conflict (slug) do nothing\
                """)
            .bind("tenant", tenant.id().value())
            .bind("slug", tenant.slug())
            .bind("name", tenant.name())
            .bind("profile", tenant.profile().word())
            .bind("now", Timestamp.from(now))
            .execute();
    if (written == 0) {
      return false;
    }
    transaction
        .handle()
        .createUpdate("insert into kernel.generation (tenant_id) values (:tenant)")
        .bind("tenant", tenant.id().value())
        .execute();
    return true;
  }
}
