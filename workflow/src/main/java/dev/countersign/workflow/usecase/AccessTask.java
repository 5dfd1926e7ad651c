package dev.countersign.workflow.usecase;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// A request for access as who made it follows it (Access Request and Approval Profile, "Task
/// Status"). It tells nothing of who decides.
///
/// @param expiresAt after this it is good for nothing, approved or not
/// @param approvedAt there if it is approved
public record AccessTask(UUID id, Status status, Instant expiresAt, Optional<Instant> approvedAt) {

  /// The profile's words.
  public enum Status {
    PENDING,
    APPROVED,
    DENIED,
    EXPIRED,
    CANCELLED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
