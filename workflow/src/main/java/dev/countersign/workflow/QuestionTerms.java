package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
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
    SortedSet<String> approverRoles,
    Instant expiresAt) {

  public QuestionTerms {
    approverRoles = Collections.unmodifiableSortedSet(new TreeSet<>(approverRoles));
  }

  /// The approval digest: SHA-256 of the RFC 8785 form of these terms.
  public Digest digest() {
    return Digest.ofCanonical(
        Json.object()
            .put("action_digest", question.hex())
            .put("decision_id", decisionId.toString())
            .put("policy_version", policyVersion)
            .put("approver_roles", Json.strings(approverRoles))
            .put("expires_at", expiresAt.toString())
            .build());
  }
}
