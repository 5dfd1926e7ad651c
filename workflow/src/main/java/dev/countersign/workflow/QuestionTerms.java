package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import java.time.Instant;
import java.util.UUID;

/// Everything that an approver of a decision agrees to, as it was shown to him: what
/// [ApprovalTerms] are for a proposal.
///
/// @param question of [AskedQuestion#digest]
/// @param decisionId the decision that required it
/// @param expiresAt in microseconds at most, which is what the database keeps
public record QuestionTerms(
    Digest question,
    UUID decisionId,
    int policyVersion,
    ApprovalRequirement requirement,
    Instant expiresAt) {

  /// The approval digest: SHA-256 of the RFC 8785 form of these terms.
  public Digest digest() {
    return Digest.ofCanonical(
        Json.object()
            .put("action_digest", question.hex())
            .put("decision_id", decisionId.toString())
            .put("policy_version", policyVersion)
            .put("requirement", requirement.json())
            .put("expires_at", expiresAt.toString())
            .build());
  }
}
