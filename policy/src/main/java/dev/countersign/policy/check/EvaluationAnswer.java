package dev.countersign.policy.check;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Violation;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Grounds;
import dev.countersign.policy.Obligation;
import dev.countersign.policy.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// What an enforcement point gets: AuthZEN's decision, and in its context what a check would say.
///
/// A requirement of approval is a denial that can be requested: its context has what the Access
/// Request and Approval Profile asks for. Under an approval that people gave for exactly this it is
/// a yes, and the context names the approval.
///
/// @param endpoint where requests are taken; empty where a denial is not offered as requestable
/// @param referred whether the question referred to an approval
public record EvaluationAnswer(
    UUID decisionId,
    UUID correlation,
    Instant evaluatedAt,
    Checked checked,
    JsonObject ticket,
    Optional<String> endpoint,
    boolean referred) {

  /// How long after an evaluation people may be asked about it: as long as somebody takes to say
  /// what for, and no longer than what was evaluated still holds.
  public static final Duration REQUESTABLE = Duration.ofMinutes(10);

  public JsonObject json() {
    var decision = checked.decision();
    var grounds = decision.grounds();
    return Json.object()
        .put("decision", checked.allowed())
        .put(
            "context",
            Json.object()
                .put("outcome", decision.word())
                .put("risk_score", grounds.score())
                .put("reason", decision.reason())
                .put("reasons", Json.array(grounds.reasons().stream().map(Reason::json).toList()))
                .put("decision_id", decisionId.toString())
                .put("evaluation_id", decisionId.toString())
                .put("evaluated_at", evaluatedAt.toString())
                .put("correlation_id", correlation.toString())
                .put("policy_version", checked.version())
                .put("determining_policies", Grounds.keys(grounds.determining()))
                .put("errored_policies", Grounds.keys(grounds.errored()))
                .put(
                    "obligations",
                    Json.array(grounds.obligations().stream().map(Obligation::json).toList()))
                .put("access_request", requestable().map(this::offer))
                .put("next_action", nextAction())
                .put("approval", checked.approvedBy().map(EvaluationAnswer::approval))
                .put("ticket", ticket)
                .build())
        .build();
  }

  private Optional<String> requestable() {
    return endpoint.filter(
        _ -> checked.decision() instanceof Decision.RequireApproval && !checked.allowed());
  }

  private JsonObject offer(String address) {
    return Json.object()
        .put("endpoint", address)
        .put("expires_at", evaluatedAt.plus(REQUESTABLE).toString())
        .build();
  }

  /// What to do about a denial although an approval was referred to.
  private Optional<Json> nextAction() {
    return referred && !checked.allowed()
        ? Optional.of(Json.of(requestable().isPresent() ? "request" : "none"))
        : Optional.empty();
  }

  private static JsonObject approval(ApprovedBy approval) {
    return Json.object()
        .put("id", approval.approvalId().toString())
        .put("approved_until", approval.until().toString())
        .build();
  }

  /// Of one question among several that cannot be read: closed, and why. It was not evaluated, so
  /// there is no record of it.
  public static JsonObject malformed(List<Violation> violations) {
    var problems =
        violations.stream()
            .map(violation -> "`" + violation.pointer() + "` " + violation.message())
            .collect(Collectors.joining("; "));
    return Json.object()
        .put("decision", false)
        .put(
            "context",
            Json.object()
                .put("error", Json.object().put("status", 400).put("message", problems).build())
                .build())
        .build();
  }
}
