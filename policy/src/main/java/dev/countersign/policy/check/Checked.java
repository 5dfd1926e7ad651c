package dev.countersign.policy.check;

import dev.countersign.kernel.Digest;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Request;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;

/// A question that was decided and has yet to be recorded.
///
/// @param request all that the policies could read
/// @param version of the policy set that decided
/// @param policies the digest of that set with the tenant's own values in it
/// @param declaredKeys the metadata keys that the tenant had declared: what a caller left out, he
///   could have said
/// @param traceId as the caller gave it to find the decision by: a check's `trace_id`, an
///   evaluation's `X-Request-ID`
public record Checked(
    Request request,
    int version,
    Digest policies,
    SortedSet<String> declaredKeys,
    Decision decision,
    Optional<String> traceId) {
  public Checked {
    declaredKeys = Collections.unmodifiableSortedSet(declaredKeys);
  }
}
