package dev.countersign.policy.check;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Grounds;
import dev.countersign.policy.Obligation;
import dev.countersign.policy.Reason;
import java.util.UUID;

/// What the caller of a check gets; the server adds the ticket and, if one is required, the
/// approval.
public record CheckAnswer(UUID decisionId, String correlationId, Checked checked) {

  public JsonObject json() {
    var decision = checked.decision();
    var grounds = decision.grounds();
    return Json.object()
        .put("allowed", decision.allowed())
        .put("outcome", decision.word())
        .put("risk_score", grounds.score())
        .put("reason", decision.reason())
        .put("reasons", Json.array(grounds.reasons().stream().map(Reason::json).toList()))
        .put("decision_id", decisionId.toString())
        .put("correlation_id", correlationId)
        .put("policy_version", checked.version())
        .put("determining_policies", Grounds.keys(grounds.determining()))
        .put("errored_policies", Grounds.keys(grounds.errored()))
        .put(
            "obligations",
            Json.array(grounds.obligations().stream().map(Obligation::json).toList()))
        .build();
  }
}
