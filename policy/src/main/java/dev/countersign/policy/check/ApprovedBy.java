package dev.countersign.policy.check;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.UUID;

/// The approval of people under which an evaluation is answered with yes although policies require
/// one.
///
/// @param until when it ends
public record ApprovedBy(UUID approvalId, Digest approvalDigest, Instant until) {
  JsonObject json() {
    return Json.object()
        .put("approval_id", approvalId.toString())
        .put("approval_digest", approvalDigest.hex())
        .put("approved_until", until.toString())
        .build();
  }
}
