package dev.countersign.policy.usecase;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.store.EntryWalk.Direction;
import dev.countersign.ledger.usecase.EntryScan;
import dev.countersign.ledger.usecase.EntryScan.Budget;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.log.DecisionFilter;
import dev.countersign.policy.log.LoggedDecision;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Counts, from the log, how often each policy was violated: how many decisions of a period that
/// were not permitted it decided or was a reason of.
///
/// A count is computed anew at most twice a minute for each tenant; it is for people to see where
/// to look, and no rule reads it. Safe for use by many threads; blocks.
public final class CountViolations {
  /// The period that is counted.
  public static final Duration PERIOD = Duration.ofHours(24);

  private static final Duration KEPT = Duration.ofSeconds(30);
  private static final int MOST_TENANTS = 1_000;

  private final EntryScan scan;
  private final Budget budget;
  private final Clock clock;
  private final Cache<TenantId, Violations> counted;

  /// What was counted.
  ///
  /// @param since where the count begins: a period ago, or later if the budget did not reach there
  /// @param complete whether the whole period was looked at; otherwise there are at least so many
  /// @param byPolicy policies without any are left out
  public record Violations(
      Instant since, Instant until, boolean complete, SortedMap<PolicyKey, Long> byPolicy) {
    public Violations {
      byPolicy = Collections.unmodifiableSortedMap(new TreeMap<>(byPolicy));
    }

    public long of(PolicyKey policy) {
      return byPolicy.getOrDefault(policy, 0L);
    }
  }

  public CountViolations(EntryScan scan, Budget budget, Clock clock) {
    this.scan = scan;
    this.budget = budget;
    this.clock = clock;
    this.counted = Caffeine.newBuilder().maximumSize(MOST_TENANTS).expireAfterWrite(KEPT).build();
  }

  /// The violations of a tenant; the caller was let in before. MUST NOT be called within a
  /// transaction: it opens several of its own, one after the other.
  public Violations of(TenantId tenant) {
    var known = counted.getIfPresent(tenant);
    if (known != null && !known.until().isBefore(clock.instant().minus(KEPT))) {
      return known;
    }
    var fresh = count(tenant);
    counted.put(tenant, fresh);
    return fresh;
  }

  private Violations count(TenantId tenant) {
    var until = clock.instant();
    var since = until.minus(PERIOD);
    var filter =
        new DecisionFilter(
            Optional.of(since),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            DecisionFilter.BLOCKED,
            Optional.empty(),
            Optional.empty());
    var byPolicy = new TreeMap<PolicyKey, Long>();
    var progress =
        scan.run(
            tenant,
            ShowDecisions.wanted(filter, true),
            Direction.NEWEST_FIRST,
            Optional.empty(),
            budget,
            ShowDecisions.matching(
                tenant,
                filter,
                decision -> {
                  if (decision instanceof LoggedDecision.Kept kept) {
                    kept.countedPolicies().stream()
                        .filter(PolicyKey::valid)
                        .forEach(key -> byPolicy.merge(new PolicyKey(key), 1L, Long::sum));
                  }
                  return true;
                }));
    return new Violations(
        progress.end() ? since : progress.time().orElse(until), until, progress.end(), byPolicy);
  }
}
