package dev.countersign.policy.usecase;

import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.store.PolicyStore;
import java.time.Clock;

/// Gives a new tenant the starter set, active as version 1.
///
/// MUST be called in a transaction opened to change rules, once for each tenant: a second time
/// fails on the version that is there.
public final class SeedPolicies {
  public static final int FIRST_VERSION = 1;

  private final PolicyStore store;
  private final PolicySet starterSet;
  private final Clock clock;

  public SeedPolicies(PolicyStore store, PolicySet starterSet, Clock clock) {
    this.store = store;
    this.starterSet = starterSet;
    this.clock = clock;
  }

  public void in(TenantTransaction transaction) {
    store.add(transaction, FIRST_VERSION, starterSet, "system:seed", clock.instant());
    store.activate(transaction, FIRST_VERSION);
    transaction.raise(Counter.POLICIES);
  }
}
