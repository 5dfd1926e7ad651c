package dev.countersign.workflow.usecase;

import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.Proposal;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;

/// Counts the votes about a proposal again before it is carried out: from what people said, with
/// the roles that they held then, as if nobody had counted before.
public final class Countersigned {

  private Countersigned() {}

  /// Whether as many as are asked for approved exactly this, of whom none proposed it, was proposed
  /// for or edited it, and none has a part in two votes.
  public static boolean exactly(
      Proposal proposal, ApprovalRequest approval, List<ApprovalDecision> said, Instant now) {
    var hands = new HashSet<String>();
    for (var decision : said) {
      if (decision.vote().isEmpty()) {
        continue;
      }
      for (var hand : decision.hands()) {
        if (!hands.add(hand)) {
          return false;
        }
      }
      if (decision.approves() && !bound(proposal, approval, decision)) {
        return false;
      }
    }
    return approval.requirement().after(Eligibility.votes(said), approval.escalatedAt(now))
        == ApprovalState.APPROVED;
  }

  private static boolean bound(
      Proposal proposal, ApprovalRequest approval, ApprovalDecision decision) {
    return decision.hands().stream().noneMatch(approval.barred()::contains)
        && !decision.hands().contains(proposal.proposer())
        && decision.actionDigest().equals(proposal.actionDigest())
        && decision.approvalDigest().equals(approval.digest());
  }
}
