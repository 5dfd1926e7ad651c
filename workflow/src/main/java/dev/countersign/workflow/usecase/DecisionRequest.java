package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;

/// What a person says about an approval request.
///
/// @param decision approve, reject or defer
/// @param actionDigest what he agrees to; required, so that nobody approves what he did not see
/// @param decidedFor in whose name, if not in his own: an actor who named him as his delegate
/// @param capped whether it counts against what one person decides in an hour
/// @param approvalDigest the terms as shown to him; checked if given
public record DecisionRequest(
    String decision,
    String reason,
    Optional<String> decidedFor,
    Digest actionDigest,
    Optional<Digest> approvalDigest,
    Optional<Instant> occurredAt,
    boolean capped) {

  private static final int LONGEST_REASON = 1_000;

  /// More than any actor has.
  static final int LONGEST_ACTOR = 100;

  /// Throws `Refusal.Invalid` with every problem.
  public static DecisionRequest parse(Json body, TenantProfile profile) {
    var fields = Fields.of(body);
    var approvalDigest = fields.optionalDigest("approval_digest");
    var request = read(fields, approvalDigest, profile);
    fields.done();
    return request;
  }

  /// The fields of a decision, in whatever stands around them.
  static DecisionRequest read(
      Fields fields, Optional<Digest> approvalDigest, TenantProfile profile) {
    var decision =
        fields.word(
            "decision", ApprovalDecision.APPROVE, ApprovalDecision.REJECT, ApprovalDecision.DEFER);
    var reason = fields.optionalString("reason", 0, LONGEST_REASON).orElse("");
    var decidedFor = fields.optionalString("decided_for", 1, LONGEST_ACTOR);
    var actionDigest = fields.digest("action_digest");
    var occurredAt = profile.occurredAt(fields);
    return new DecisionRequest(
        decision, reason, decidedFor, actionDigest, approvalDigest, occurredAt, !profile.replays());
  }

  /// What a voter says about a request, as it is kept.
  ///
  /// @param roles by which it counts
  /// @param alone whether it may be the only one
  /// @param shown the digest of the action or question that waits
  ApprovalDecision said(
      LedgerTransaction transaction,
      ApprovalRequest approval,
      Voter voter,
      SortedSet<String> roles,
      boolean alone,
      Digest shown) {
    return new ApprovalDecision(
        transaction.newId(),
        approval.id(),
        voter.decider().actor(),
        voter.decider().name(),
        voter.decidedFor(),
        Optional.empty(),
        roles,
        alone,
        decision,
        reason,
        shown,
        approval.digest(),
        transaction.now(),
        occurredAt);
  }

  boolean approves() {
    return decision.equals(ApprovalDecision.APPROVE);
  }

  boolean defers() {
    return decision.equals(ApprovalDecision.DEFER);
  }

  /// The action of the ledger entry that records it.
  String entry() {
    return switch (decision) {
      case ApprovalDecision.APPROVE -> "approval.granted";
      case ApprovalDecision.REJECT -> "approval.rejected";
      case ApprovalDecision.DEFER -> "approval.deferred";
      default -> throw new IllegalArgumentException("`" + decision + "` is no decision");
    };
  }
}
