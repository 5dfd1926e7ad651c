package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ApproverGroup;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.Decoy;
import java.time.Instant;
import java.util.List;

/// An approval request as answers show it.
final class ApprovalView {

  private ApprovalView() {}

  private static String kind(ApprovalRequest approval) {
    return switch (approval.about()) {
      case About.OfProposal _ -> "proposal";
      case About.OfDecision _ -> "decision";
    };
  }

  /// What a proposer is told.
  static JsonObject brief(ApprovalRequest approval) {
    return brief(approval, approval.state());
  }

  /// @param state as it is to be shown
  static JsonObject brief(ApprovalRequest approval, ApprovalState state) {
    return Json.object()
        .put("id", approval.id().toString())
        .put("kind", kind(approval))
        .put("url", "/v1/approvals/" + approval.id())
        .put("state", state.word())
        .put(
            "approver_roles",
            Json.strings(approval.requirement().approverRoles(approval.escalated())))
        .put("approval_digest", approval.digest().hex())
        .put("expires_at", approval.expiresAt().toString())
        .put("runs_at", approval.runsAt().map(time -> Json.of(time.toString())))
        .build();
  }

  /// The request with what was said about it.
  static JsonObject full(
      ApprovalRequest approval, ApprovalState state, List<ApprovalDecision> decisions) {
    var brief = brief(approval, state);
    var terms =
        switch (approval.about()) {
          case About.OfProposal(var _, var gate, var handlerVersion) ->
              brief.with("gate", Json.of(gate)).with("handler_version", Json.of(handlerVersion));
          case About.OfDecision _ -> brief;
        };
    return terms
        .with("policy_version", Json.of(approval.policyVersion()))
        .with("quorum", Json.of(approval.requirement().quorum()))
        .with("approved", Json.of(counted(approval, decisions)))
        .with("requirement", approval.requirement().json())
        .with("escalated", Json.of(approval.escalated()))
        .with(
            "escalates_at",
            approval.escalatesAt().<Json>map(time -> Json.of(time.toString())).orElse(Json.NULL))
        .with("created_at", Json.of(approval.createdAt().toString()))
        .with("decisions", Json.array(decisions.stream().map(ApprovalView::decision).toList()));
  }

  /// How far a request is, for who has just said something about it.
  ///
  /// @param state of the request from now on
  /// @param said all that was
  static Json.Builder standing(
      Json.Builder answer,
      ApprovalRequest approval,
      ApprovalState state,
      List<ApprovalDecision> said,
      Instant now) {
    var requirement = approval.requirement();
    var votes = Eligibility.votes(said);
    boolean escalated = approval.escalatedAt(now);
    var needed =
        state == ApprovalState.PENDING
            ? requirement.needed(votes, escalated)
            : List.<ApproverGroup>of();
    return answer
        .put("state", state.word())
        .put("approved", requirement.counted(votes, escalated))
        .put("quorum", requirement.quorum())
        .put("needed", Json.array(needed.stream().map(ApproverGroup::json).toList()));
  }

  /// How many of those who have to agree have.
  private static int counted(ApprovalRequest approval, List<ApprovalDecision> decisions) {
    return approval.requirement().counted(Eligibility.votes(decisions), approval.escalated());
  }

  /// What a decoy was, once it is revealed.
  static JsonObject revealed(Decoy decoy, Decoy.End end, String why) {
    return Json.object()
        .put("id", decoy.request().id().toString())
        .put("kind", "decoy")
        .put("url", "/v1/approvals/" + decoy.request().id())
        .put("state", "withdrawn")
        .put("proposal_id", decoy.proposal().id().toString())
        .put("case_id", decoy.proposal().caseId().toString())
        .put("action_digest", decoy.proposal().actionDigest().hex())
        .put("verdict", end.verdict().word())
        .put("missed", end.verdict().missed())
        .put("why", why)
        .put("reviewer", end.reviewer().map(Json::of))
        .put("decided_at", end.at().toString())
        .build();
  }

  private static JsonObject decision(ApprovalDecision decision) {
    return Json.object()
        .put("decision_id", decision.id().toString())
        .put("decision", decision.decision())
        .put("approver", decision.approver())
        .put("approver_name", decision.approverName())
        .put("decided_for", decision.decidedFor().map(Json::of))
        .put("grant_id", decision.grantId().map(id -> Json.of(id.toString())))
        .put("reason", decision.reason())
        .put("alone", decision.alone())
        .put("action_digest", decision.actionDigest().hex())
        .put("approval_digest", decision.approvalDigest().hex())
        .put("decided_at", decision.decidedAt().toString())
        .put("occurred_at", decision.occurredAt().map(time -> Json.of(time.toString())))
        .build();
  }
}
