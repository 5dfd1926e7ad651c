package dev.countersign.policy.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.TenantPolicies;
import java.util.Optional;

/// What is in force for each tenant, kept ready to decide.
///
/// Nothing here has to be trusted: an answer that was decided from [#cached] MUST be committed only
/// if the transaction that commits it finds the snapshot's generation, and else be decided again
/// from [#load] in that transaction.
///
/// Safe for use by many threads.
public final class PolicySnapshots {

  /// Tenants that ask at about the same time; a registry of thousands of models is half a megabyte.
  private static final int MOST_TENANTS = 1_000;

  /// Most tenants share the starter set, so there are fewer different sets than tenants.
  private static final int MOST_SETS = 500;

  private final PolicyStore store;
  private final Conditions conditions;
  private final Cache<TenantId, TenantPolicies> byTenant =
      Caffeine.newBuilder().maximumSize(MOST_TENANTS).build();
  private final Cache<PolicySet, PolicyDecisionPoint> compiled =
      Caffeine.newBuilder().maximumSize(MOST_SETS).build();

  public PolicySnapshots(PolicyStore store, Conditions conditions) {
    this.store = store;
    this.conditions = conditions;
  }

  /// The latest snapshot at hand, of whatever generation; never blocks.
  public Optional<TenantPolicies> cached(TenantId tenant) {
    return Optional.ofNullable(byTenant.getIfPresent(tenant));
  }

  /// What is in force for the transaction's tenant, of its generation.
  ///
  /// In a transaction that may change rules and has written something it is read anew and not kept:
  /// what it changed may still be undone. Any other reads what was committed, whatever it writes.
  public TenantPolicies load(TenantTransaction transaction) {
    boolean clean = !transaction.mayChangeRules() || nothingWritten(transaction);
    var tenant = transaction.tenant();
    if (clean) {
      var known = byTenant.getIfPresent(tenant);
      if (known != null && known.generation() == transaction.generation().policies()) {
        return known;
      }
    }
    var loaded = read(transaction);
    if (clean) {
      byTenant
          .asMap()
          .merge(
              tenant, loaded, (old, fresh) -> old.generation() > fresh.generation() ? old : fresh);
    }
    return loaded;
  }

  /// Makes a set ready before it is in force, so that the first to ask under it need not wait.
  public void prepare(PolicySet effective) {
    var _ = compiled.get(effective, set -> PolicyDecisionPoint.of(set, conditions));
  }

  private TenantPolicies read(TenantTransaction transaction) {
    var facts = store.facts(transaction);
    var active = store.active(transaction);
    var effective = active.set().with(store.overrides(transaction), facts.values().maxRiskScore());
    return new TenantPolicies(
        active.version(),
        transaction.generation().policies(),
        effective,
        compiled.get(effective, set -> PolicyDecisionPoint.of(set, conditions)),
        facts);
  }

  // A transaction gets its number with its first write, not before.
  private static boolean nothingWritten(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery("select pg_current_xact_id_if_assigned() is null")
        .mapTo(Boolean.class)
        .one();
  }
}
