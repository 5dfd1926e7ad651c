package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Grounds;
import dev.countersign.policy.Obligation;
import dev.countersign.policy.Reason;

/// A policy decision as answers show it.
final class PolicyView {

  private PolicyView() {}

  static JsonObject json(Decision decision, int policyVersion) {
    var grounds = decision.grounds();
    return Json.object()
        .put("outcome", decision.word())
        .put("risk_score", grounds.score())
        .put("reason", decision.reason())
        .put("reasons", Json.array(grounds.reasons().stream().map(Reason::json).toList()))
        .put("policy_version", policyVersion)
        .put("determining_policies", Grounds.keys(grounds.determining()))
        .put("errored_policies", Grounds.keys(grounds.errored()))
        .put(
            "obligations",
            Json.array(grounds.obligations().stream().map(Obligation::json).toList()))
        .build();
  }
}
