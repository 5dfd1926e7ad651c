package dev.countersign.policy.check;

import dev.countersign.policy.Decision;
import dev.countersign.policy.Request;
import java.util.Optional;

/// A question that was decided and has yet to be recorded.
///
/// @param request all that the policies could read
/// @param version of the policy set that decided
/// @param traceId as the caller gave it to find the decision by: a check's `trace_id`, an
///   evaluation's `X-Request-ID`
public record Checked(Request request, int version, Decision decision, Optional<String> traceId) {}
