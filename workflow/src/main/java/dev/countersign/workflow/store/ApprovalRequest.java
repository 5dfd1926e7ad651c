package dev.countersign.workflow.store;

import dev.countersign.kernel.Digest;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ApprovalTerms;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// A request for a person's agreement as it stands in its row.
public record ApprovalRequest(
    UUID id,
    UUID proposalId,
    ApprovalState state,
    int policyVersion,
    String gate,
    String handlerVersion,
    SortedSet<String> approverRoles,
    Digest digest,
    Instant expiresAt,
    Instant createdAt) {

  public ApprovalRequest {
    approverRoles = Collections.unmodifiableSortedSet(new TreeSet<>(approverRoles));
  }

  /// Whether the stored digest is that of the stored terms for an action of that digest and a
  /// handler of that version: recomputed, never believed.
  public boolean binds(Digest actionDigest, String currentHandlerVersion) {
    return new ApprovalTerms(actionDigest, policyVersion, gate, currentHandlerVersion, expiresAt)
        .digest()
        .equals(digest);
  }

  public boolean expired(Instant now) {
    return !now.isBefore(expiresAt);
  }
}
