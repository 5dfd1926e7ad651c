package dev.countersign.identity.store;

import dev.countersign.identity.RateLimit;
import dev.countersign.identity.TenantLimits;
import dev.countersign.identity.WhenUnavailable;
import dev.countersign.kernel.store.TenantTransaction;
import java.util.Optional;

/// What a tenant set for the limits of its keys.
public final class TenantLimitStore {
  private TenantLimitStore() {}

  public static TenantLimits read(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery(
            """
            select rate_limit, rate_burst, when_unavailable from identity.tenant
            where tenant_id = :tenant\
            """)
        .bind("tenant", transaction.tenant().value())
        .map((row, _) ->
            new TenantLimits(
                KeyStore.limit(row),
                Optional.ofNullable(row.getString("when_unavailable")).map(WhenUnavailable::of)))
        .one();
  }

  public static void write(TenantTransaction transaction, TenantLimits limits) {
    transaction
        .handle()
        .createUpdate(
            """
            update identity.tenant set rate_limit = :limit, rate_burst = :burst, when_unavailable = :when
            where tenant_id = :tenant\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("limit", limits.limit().map(RateLimit::limit).orElse(null))
        .bind("burst", limits.limit().map(RateLimit::burst).orElse(null))
        .bind("when", limits.whenUnavailable().map(WhenUnavailable::word).orElse(null))
        .execute();
  }
}
