package dev.countersign.ledger.store;

import dev.countersign.kernel.store.TenantTransaction;

/// How long a tenant keeps the content of decisions.
public final class RetentionStore {
  /// Without a setting of the tenant; `ledger.open_batch` has it too.
  public static final int DEFAULT_DAYS = 90;

  private RetentionStore() {}

  /// In days.
  public static int days(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery("select days from ledger.retention where tenant_id = :tenant")
        .bind("tenant", transaction.tenant().value())
        .mapTo(Integer.class)
        .findOne()
        .orElse(DEFAULT_DAYS);
  }

  public static void put(TenantTransaction transaction, int days) {
    transaction
        .handle()
        .createUpdate(
            """
            insert into ledger.retention (tenant_id, days) values (:tenant, :days)
            on conflict (tenant_id) do update set days = excluded.days\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("days", days)
        .execute();
  }
}
