package dev.countersign.workflow.store;

import dev.countersign.kernel.Digest;
import dev.countersign.workflow.DecoyVerdict;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What looks like a request for approval and is none.
///
/// Its proposal and request are shown and nothing else: no table that anything is executed from
/// knows their ids.
///
/// @param proposal as it is shown; nobody made it
/// @param request as it is shown
/// @param nonce makes the commitment unguessable until it is revealed
public record Decoy(
    Proposal proposal, ApprovalRequest request, UUID trapId, String nonce, Optional<End> end) {

  /// How it ended.
  ///
  /// @param reviewer who decided; nobody did if it expired or its case moved
  public record End(DecoyVerdict verdict, Optional<String> reviewer, Instant at) {}

  /// What the log was told when it was made: nobody can say afterwards that a request was a decoy.
  public Digest commitment() {
    return Digest.sha256((nonce + request.id()).getBytes(StandardCharsets.UTF_8));
  }
}
