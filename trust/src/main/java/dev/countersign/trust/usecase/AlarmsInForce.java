package dev.countersign.trust.usecase;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.store.AlarmStore;
import java.time.Instant;
import java.util.Optional;

/// Whether an alarm lowers the mode of a scope, inside a transaction of the caller, which MUST hold
/// the tenant's generation lock. One indexed query; stores nothing. Safe for use by many threads.
public final class AlarmsInForce {
  private final AlarmStore store = new AlarmStore();

  /// @param kind such as `rejection_spike`
  /// @param hour that was unusual, as the alarm says it
  public record InForce(String kind, String hour) {}

  /// @param now by the real clock, also where events are replayed
  public Optional<InForce> lowering(TenantTransaction transaction, ScopeKey key, Instant now) {
    return store
        .lowering(transaction, key, now)
        .map(alarm -> new InForce(alarm.kind(), alarm.content().text("hour").orElse("unknown")));
  }
}
