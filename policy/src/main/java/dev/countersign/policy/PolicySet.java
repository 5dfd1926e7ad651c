package dev.countersign.policy;

import dev.countersign.kernel.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The policies that decide together, ordered by key, and the score from which they forbid.
///
/// The number of its version belongs to the tenant that keeps it ([TenantPolicies]), not to the
/// set: two tenants with equal sets share one compiled decision point.
public record PolicySet(List<Policy> policies, int threshold) {
  /// What the engine is measured with; a larger set is one no person oversees.
  public static final int MOST_POLICIES = 10_000;

  public static final int DEFAULT_THRESHOLD = 50;

  /// With zero, a score to which no policy gave a point would forbid, and no reason could be named.
  public static final int LOWEST_THRESHOLD = 1;

  /// No policy, so everything is forbidden: what holds for a tenant without an active version.
  public static final PolicySet EMPTY = new PolicySet(List.of(), DEFAULT_THRESHOLD);

  public PolicySet {
    policies = policies.stream().sorted(Comparator.comparing(Policy::key)).toList();
    if (policies.size() > MOST_POLICIES) {
      throw new IllegalArgumentException("a set has at most " + MOST_POLICIES + " policies");
    }
    if (threshold < LOWEST_THRESHOLD || threshold > Effect.Score.HIGHEST) {
      throw new IllegalArgumentException("a threshold must be from 1 to " + Effect.Score.HIGHEST);
    }
    for (int i = 1; i < policies.size(); i++) {
      if (policies.get(i - 1).key().equals(policies.get(i).key())) {
        throw new IllegalArgumentException(
            "policy key `" + policies.get(i).key() + "` is there twice");
      }
    }
  }

  /// Names exactly what decides: the policies with a tenant's own values in them, and the
  /// threshold. A version's number does not, because own values change beside it.
  public Digest digest() {
    return Digest.ofCanonical(PolicySetJson.write(this));
  }

  /// The set with a tenant's own values.
  public PolicySet with(List<PolicyOverride> overrides, Optional<Integer> ownThreshold) {
    var byKey = new TreeMap<PolicyKey, PolicyOverride>();
    overrides.forEach(override -> byKey.put(override.key(), override));
    var changed = new ArrayList<Policy>();
    for (var policy : policies) {
      var override = byKey.get(policy.key());
      changed.add(override == null ? policy : override.onto(policy));
    }
    return new PolicySet(changed, ownThreshold.orElse(threshold));
  }
}
