package dev.countersign.workflow.store;

import dev.countersign.kernel.Digest;
import dev.countersign.workflow.Vote;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// What one person said about a request.
///
/// @param decidedFor whose vote it is, if the approver decided for somebody else
/// @param grantId the grant that it was given by beforehand
/// @param roles those of the request that he held whose vote it is
/// @param alone whether it may be the only one
/// @param decision approve, reject or defer
/// @param actionDigest the digest that he named
/// @param approvalDigest the request's digest at that time
public record ApprovalDecision(
    UUID id,
    UUID approvalId,
    String approver,
    String approverName,
    Optional<String> decidedFor,
    Optional<UUID> grantId,
    SortedSet<String> roles,
    boolean alone,
    String decision,
    String reason,
    Digest actionDigest,
    Digest approvalDigest,
    Instant decidedAt,
    Optional<Instant> occurredAt) {

  public static final String APPROVE = "approve";
  public static final String REJECT = "reject";
  public static final String DEFER = "defer";

  public ApprovalDecision {
    roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
  }

  /// Everybody who has a part in it.
  public SortedSet<String> hands() {
    var hands = new TreeSet<String>();
    hands.add(approver);
    decidedFor.ifPresent(hands::add);
    return Collections.unmodifiableSortedSet(hands);
  }

  public boolean approves() {
    return decision.equals(APPROVE);
  }

  /// How it counts; a deferral does not.
  public Optional<Vote> vote() {
    return decision.equals(DEFER)
        ? Optional.empty()
        : Optional.of(new Vote(approves(), roles, alone));
  }
}
