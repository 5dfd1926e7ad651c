package dev.countersign.policy.usecase;

import dev.countersign.kernel.TenantId;
import dev.countersign.policy.PolicyKey;
import java.util.SortedMap;

/// How often each policy stood against a caller, counted from the decision log.
///
/// A port: whoever keeps the log answers, in transactions of its own. A policy that is not in the
/// answer has no violation.
@FunctionalInterface
public interface PolicyViolations {

  SortedMap<PolicyKey, Long> counted(TenantId tenant);
}
