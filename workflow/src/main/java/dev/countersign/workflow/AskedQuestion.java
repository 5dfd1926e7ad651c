package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import dev.countersign.policy.Request;

/// A question that policies answered with a requirement of approval: all that they could read of
/// it, and neither when it was asked nor under which trace, so that the same question asked again
/// is the same.
///
/// @param request with the asker as its subject
public record AskedQuestion(TenantId tenant, Request request) {

  /// What stands for the action digest where there is no action of ours: SHA-256 of the RFC 8785
  /// form of tenant and request. Whoever reads the decision can compute it.
  public Digest digest() {
    return Digest.ofCanonical(
        Json.object().put("tenant", tenant.toString()).put("request", request.json()).build());
  }
}
