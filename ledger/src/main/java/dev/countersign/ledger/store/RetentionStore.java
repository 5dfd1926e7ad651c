package dev.countersign.ledger.store;

import dev.countersign.kernel.store.TenantTransaction;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// How long a tenant keeps the content of an action's entries.
public final class RetentionStore {
  /// Of decisions, without a setting of the tenant; `ledger.expiry_day`, `kept_days` and
  /// `expiry_range` have it too.
  public static final int DEFAULT_DAYS = 90;

  /// The one action whose content expires without a setting.
  public static final String DECISIONS = "decision.made";

  private RetentionStore() {}

  /// In days by action; empty for what is kept for ever, as is every action that is not in it.
  public static SortedMap<String, Optional<Integer>> days(TenantTransaction transaction) {
    var days = new TreeMap<String, Optional<Integer>>();
    days.put(DECISIONS, Optional.of(DEFAULT_DAYS));
    transaction
        .handle()
        .createQuery("select action, days from ledger.retention where tenant_id = :tenant")
        .bind("tenant", transaction.tenant().value())
        .map((row, _) -> {
          days.put(
              row.getString("action"), Optional.ofNullable(row.getObject("days", Integer.class)));
          return true;
        })
        .list();
    return days;
  }

  /// Replaces every setting of the tenant.
  public static void put(
      TenantTransaction transaction, SortedMap<String, Optional<Integer>> settings) {
    transaction
        .handle()
        .createQuery("select ledger.retain(:tenant, :actions, :days, now()) is null")
        .bind("tenant", transaction.tenant().value())
        .bindArray("actions", String.class, settings.keySet())
        .bindArray(
            "days",
            Integer.class,
            settings.values().stream().map(days -> days.orElse(null)).toArray())
        .mapTo(Boolean.class)
        .one();
  }
}
