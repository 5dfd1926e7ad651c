package dev.countersign.policy.check;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Violation;
import dev.countersign.policy.Grounds;
import dev.countersign.policy.Obligation;
import dev.countersign.policy.Reason;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/// What an enforcement point gets: AuthZEN's decision, and in its context what a check would say.
///
/// A requirement of approval is a denial; its context names the evaluation as the Access Request
/// and Approval Profile has it (`evaluation_id`, `evaluated_at`, `reason`). It is not offered as
/// requestable, because nothing takes such requests yet and the profile forbids the offer then.
public record EvaluationAnswer(
    UUID decisionId, UUID correlation, Instant evaluatedAt, Checked checked, JsonObject ticket) {

  public JsonObject json() {
    var decision = checked.decision();
    var grounds = decision.grounds();
    return Json.object()
        .put("decision", decision.allowed())
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
                .put("ticket", ticket)
                .build())
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
