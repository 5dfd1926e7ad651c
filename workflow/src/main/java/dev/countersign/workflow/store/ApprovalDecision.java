package dev.countersign.workflow.store;

import dev.countersign.kernel.Digest;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What one person said about a request.
///
/// @param decision approve, reject or defer
/// @param actionDigest the digest that he named
/// @param approvalDigest the request's digest at that time
public record ApprovalDecision(
    UUID id,
    UUID approvalId,
    String approver,
    String approverName,
    String decision,
    String reason,
    Digest actionDigest,
    Digest approvalDigest,
    Instant decidedAt,
    Optional<Instant> occurredAt) {

  public static final String APPROVE = "approve";
  public static final String REJECT = "reject";
  public static final String DEFER = "defer";
}
