package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import java.time.Instant;

/// Everything that an approver agrees to, as it was shown to him.
///
/// @param expiresAt in microseconds at most, which is what the database keeps
public record ApprovalTerms(
    Digest actionDigest, int policyVersion, String gate, String handlerVersion, Instant expiresAt) {

  /// The approval digest: SHA-256 of the RFC 8785 form of these terms.
  public Digest digest() {
    return Digest.ofCanonical(
        Json.object()
            .put("action_digest", actionDigest.hex())
            .put("policy_version", policyVersion)
            .put("gate", gate)
            .put("handler_version", handlerVersion)
            .put("expires_at", expiresAt.toString())
            .build());
  }
}
