package dev.countersign.policy.simulation;

import dev.countersign.policy.PolicyDecisionPoint;
import java.util.Optional;

/// The versions that were in force, as they are kept.
@FunctionalInterface
public interface PastPolicies {

  /// The version with the tenant's own values of today and that threshold; empty if there is no
  /// such version. Whether it is what decided, its digest says.
  Optional<PolicyDecisionPoint> of(int version, int threshold);
}
