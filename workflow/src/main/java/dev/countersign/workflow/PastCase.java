package dev.countersign.workflow;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.Severity;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What became of an earlier proposal of the same transition.
///
/// @param attributes of its case when it was proposed
/// @param confidence that its proposer claimed; for calibration only, and shown to nobody
public record PastCase(
    UUID proposalId,
    UUID caseId,
    JsonObject attributes,
    ProposalState state,
    Optional<Result> result,
    Optional<Double> confidence,
    Instant createdAt) {

  /// What was observed of its execution.
  public record Result(boolean success, Severity severity) {
    public boolean harm() {
      return severity != Severity.NONE;
    }
  }

  /// Whether people let it pass.
  boolean approved() {
    return executed() || state == ProposalState.FAILED;
  }

  boolean decided() {
    return approved() || state == ProposalState.REJECTED;
  }

  /// Whether it was carried out, so that an outcome can be asked for.
  boolean executed() {
    return switch (state) {
      case EXECUTED, ROLLED_BACK, ROLLBACK_FAILED -> true;
      case PENDING, APPROVED, EXECUTING, FAILED, REJECTED, WITHDRAWN, EXPIRED, SUPERSEDED -> false;
    };
  }

  /// Whether it went well; empty if nobody said. What was taken back did not.
  Optional<Boolean> success() {
    return switch (state) {
      case ROLLED_BACK, ROLLBACK_FAILED -> Optional.of(false);
      case EXECUTED -> result.map(Result::success);
      case PENDING, APPROVED, EXECUTING, FAILED, REJECTED, WITHDRAWN, EXPIRED, SUPERSEDED ->
          Optional.empty();
    };
  }
}
