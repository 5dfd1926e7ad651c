package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.lifecycle.PolicyVersion;
import dev.countersign.policy.lifecycle.VersionState;
import dev.countersign.policy.store.PolicyVersions;
import java.time.Clock;

/// Gives a new tenant the starter set, active as version 1.
///
/// MUST be called in a transaction opened to change rules, once for each tenant: a second time
/// fails on the version that is there.
public final class SeedPolicies {
  public static final int FIRST_VERSION = 1;
  private static final String SEED = "system:seed";

  private final PolicyVersions versions;
  private final PolicySet starterSet;
  private final Clock clock;

  public SeedPolicies(PolicyVersions versions, PolicySet starterSet, Clock clock) {
    this.versions = versions;
    this.starterSet = starterSet;
    this.clock = clock;
  }

  public void in(TenantTransaction transaction) {
    var now = clock.instant();
    versions.add(
        transaction,
        FIRST_VERSION,
        new PolicyVersions.Content(starterSet, JsonObject.EMPTY),
        SEED,
        now);
    versions.move(transaction, seeded(transaction), VersionState.VALIDATED, SEED, now);
    versions.activate(transaction, seeded(transaction), SEED, now);
    transaction.raise(Counter.POLICIES);
  }

  private PolicyVersion seeded(TenantTransaction transaction) {
    return versions.read(transaction, FIRST_VERSION).orElseThrow();
  }
}
