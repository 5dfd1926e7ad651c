package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import java.time.Instant;
import java.util.Optional;

/// Everything that an approver agrees to, as it was shown to him.
///
/// @param expiresAt in microseconds at most, which is what the database keeps
/// @param escalatesAt when more people are asked, if they will be
/// @param runsAt when the stage authorizes what nobody has vetoed; empty if people have to agree
public record ApprovalTerms(
    Digest actionDigest,
    int policyVersion,
    String gate,
    String handlerVersion,
    ApprovalRequirement requirement,
    Instant expiresAt,
    Optional<Instant> escalatesAt,
    Optional<Instant> runsAt) {

  /// The approval digest: SHA-256 of the RFC 8785 form of these terms.
  public Digest digest() {
    return Digest.ofCanonical(
        Json.object()
            .put("action_digest", actionDigest.hex())
            .put("policy_version", policyVersion)
            .put("gate", gate)
            .put("handler_version", handlerVersion)
            .put("requirement", requirement.json())
            .put("expires_at", expiresAt.toString())
            .put("escalates_at", escalatesAt.map(time -> Json.of(time.toString())))
            .put("runs_at", runsAt.map(time -> Json.of(time.toString())))
            .build());
  }
}
