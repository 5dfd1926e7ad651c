package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Reason;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.ApprovalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;

/// A person approves, rejects or defers what policies left to one. Nothing is carried out: the
/// asker looks at the request and does it himself.
///
/// An approval asks the policies of now about what was recorded. A permit or the same requirement
/// goes on; a forbid ends the request. The transaction MUST hold the tenant's generation lock.
final class DecideQuestion {
  private final PolicySnapshots policies;
  private final Sealing sealing;
  private final Deciders deciders = new Deciders();
  private final Watch watch = new Watch();
  private final ApprovalStore approvals = new ApprovalStore();
  private final Ballot ballot = new Ballot();
  private final QuestionEnding ending = new QuestionEnding();

  DecideQuestion(PolicySnapshots policies, Sealing sealing) {
    this.policies = policies;
    this.sealing = sealing;
  }

  /// Why an approval can't be given any more.
  private record Outlived(String code, String message, List<Violation> reasons) {}

  JsonObject decide(LedgerTransaction transaction, UUID approvalId, DecisionRequest request) {
    var tenant = transaction.tenant();
    var approval = approvals.lock(tenant, approvalId).orElseThrow();
    if (!(approval.about() instanceof About.OfDecision about)) {
      throw new IllegalArgumentException("approval `" + approvalId + "` is about a proposal");
    }
    var question = RecordedQuestion.read(tenant, sealing, about);
    var voter =
        deciders.voter(tenant, transaction.principal(), request.decidedFor(), transaction.now());
    var roles = roles(transaction, approval, voter, question);
    Eligibility.refuseEnded(transaction, approval);
    refuseChanged(approval, about, question, request);
    var before = approvals.decisions(tenant, approvalId);
    Eligibility.refuseIdle(transaction, approval, before, request, voter, roles);
    if (request.approves()) {
      var outlived = outlived(transaction, about, question);
      if (outlived.isPresent()) {
        return superseded(transaction, approval, about, request, outlived.get());
      }
    }
    return decided(transaction, approval, about, before, request, voter, roles);
  }

  private static SortedSet<String> roles(
      LedgerTransaction transaction,
      ApprovalRequest approval,
      Voter voter,
      Optional<RecordedQuestion> question) {
    var asked =
        new Refusal.Forbidden(
            "asker_may_not_approve", "who asked, or was asked for, does not decide about it");
    boolean askedFor =
        question
            .filter(each ->
                each.askedFor(voter.decider())
                    || voter.delegator().filter(each::askedFor).isPresent())
            .isPresent();
    if (askedFor) {
      throw asked;
    }
    return Eligibility.roles(transaction, approval, voter, asked);
  }

  private static void refuseChanged(
      ApprovalRequest approval,
      About.OfDecision about,
      Optional<RecordedQuestion> question,
      DecisionRequest request) {
    if (!approval.binds(request.actionDigest())
        || question.filter(asked -> !asked.digest().equals(about.question())).isPresent()
        || request.approvalDigest().filter(given -> !given.equals(approval.digest())).isPresent()) {
      throw new Refusal.Conflict(
          "digest_mismatch", "the digest is not that of the question that waits for a decision");
    }
  }

  private Optional<Outlived> outlived(
      LedgerTransaction transaction, About.OfDecision about, Optional<RecordedQuestion> recorded) {
    // Nobody agrees to what nobody can read. It may still be rejected.
    var question =
        recorded.orElseThrow(() ->
            new Refusal.Conflict(
                "decision_erased",
                "the content of decision `%s` is gone, so nobody can approve it"
                    .formatted(about.decisionId())));
    try {
      return switch (question.askedAgain(policies.load(transaction.tenant()))) {
        case Decision.Permit _, Decision.RequireApproval _ -> Optional.empty();
        case Decision.Forbid(var grounds) ->
            Optional.of(
                new Outlived(
                    "policy_forbids",
                    "the policies forbid it now",
                    grounds.reasons().stream().map(DecideQuestion::violation).toList()));
      };
    } catch (Refusal.Invalid notAskable) {
      return Optional.of(
          new Outlived(
              "question_outdated",
              "the tenant's declarations have changed, and what was asked can't be asked any more",
              notAskable.violations()));
    }
  }

  private static Violation violation(Reason reason) {
    return new Violation("", reason.policy().value(), reason.message());
  }

  private JsonObject superseded(
      LedgerTransaction transaction,
      ApprovalRequest approval,
      About.OfDecision about,
      DecisionRequest request,
      Outlived outlived) {
    ending.supersede(transaction, approval, outlived.code());
    transaction.record(
        "approval.refused",
        "approval",
        approval.id().toString(),
        about.correlationId(),
        Json.object().put("attempted", request.entry()).put("code", outlived.code()).build());
    return Settled.refusal(outlived.code(), outlived.message(), outlived.reasons());
  }

  private JsonObject decided(
      LedgerTransaction transaction,
      ApprovalRequest approval,
      About.OfDecision about,
      List<ApprovalDecision> before,
      DecisionRequest request,
      Voter voter,
      SortedSet<String> roles) {
    watch.refuseOverload(transaction, request);
    boolean alone =
        !request.approves() || watch.look(transaction, voter.hands()).mayDecideAlone(voter.hands());
    var said = request.said(transaction, approval, voter, roles, alone, about.question());
    var state = ballot.add(transaction, approval, before, said);
    transaction.record(
        request.entry(),
        "approval",
        approval.id().toString(),
        about.correlationId(),
        Json.object()
            .put("decision_id", about.decisionId().toString())
            .put("action_digest", about.question().hex())
            .put("approval_digest", approval.digest().hex())
            .put("request_state", state.word())
            .put("decided_for", voter.decidedFor().map(Json::of))
            .put("delegation_id", voter.delegationId().map(id -> Json.of(id.toString())))
            .put("alone", alone)
            .put("occurred_at", request.occurredAt().map(time -> Json.of(time.toString())))
            .build());
    var all = new ArrayList<>(before);
    all.add(said);
    var answer =
        Json.object()
            .put("approval_id", approval.id().toString())
            .put("decision_id", about.decisionId().toString())
            .put("correlation_id", about.correlationId().toString())
            .put("decision", request.decision())
            .put("decided_for", voter.decidedFor().map(Json::of));
    return ApprovalView.standing(answer, approval, state, all, transaction.now()).build();
  }
}
