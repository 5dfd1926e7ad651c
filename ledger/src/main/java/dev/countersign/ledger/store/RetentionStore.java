package dev.countersign.ledger.store;

import dev.countersign.kernel.store.TenantTransaction;

/// How long a tenant keeps the content of decisions.
public final class RetentionStore {
  /// Without a setting of the tenant; `ledger.open_batch`, `retain` and `expiry_range` have it too.
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
        .createQuery("select ledger.retain(:tenant, :days, now()) is null")
        .bind("tenant", transaction.tenant().value())
        .bind("days", days)
        .mapTo(Boolean.class)
        .one();
  }
}
