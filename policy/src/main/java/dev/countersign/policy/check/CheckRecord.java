package dev.countersign.policy.check;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Decision;
import dev.countersign.policy.ListedGrounds;
import dev.countersign.policy.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// What the ledger keeps of a check: enough to show it, to count by policy, and to decide it again.
///
/// @param evaluatedAt when it was decided, which may be before it was committed
/// @param latency from the arrival of the question until it was decided; what the commit takes
///   comes on top, for it cannot stand in what is committed
public record CheckRecord(UUID decisionId, Instant evaluatedAt, Duration latency, Checked checked) {

  /// What the members mean and which of a request's attributes are kept: all that a policy can read
  /// of a check. MUST change when that changes, as when a metadata key is added for everyone:
  /// whoever replays has to know what could not be said yet.
  public static final String SHAPE = "check_1";

  /// The details of the entry `decision.made`. Lists that are empty are left out; of one that is
  /// too long `not_listed` says how many are missing; a message is the policy version's and not
  /// repeated.
  public JsonObject details() {
    var decision = checked.decision();
    var listed = ListedGrounds.of(decision.grounds());
    var json =
        Json.object()
            .put("decision_id", decisionId.toString())
            .put("evaluated_at", evaluatedAt.toString())
            .put("shape", SHAPE)
            .put("policy_version", checked.version())
            .put("policies_digest", checked.policies().hex())
            .put("outcome", decision.word())
            .put("risk_score", decision.grounds().score())
            .put("reason", decision.reason());
    if (!listed.reasons().isEmpty()) {
      json.put("reasons", Json.array(listed.reasons().stream().map(CheckRecord::compact).toList()));
    }
    list(json, "determining_policies", listed.determining());
    list(json, "errored_policies", listed.errored());
    list(json, "monitored_policies", listed.monitored());
    if (!listed.notListed().members().isEmpty()) {
      json.put("not_listed", listed.notListed());
    }
    if (!checked.declaredKeys().isEmpty()) {
      json.put("declared_keys", Json.strings(checked.declaredKeys()));
    }
    if (decision instanceof Decision.RequireApproval) {
      json.put("access_scope", checked.scope().map(AccessScope::json))
          .put("approved_by", checked.approvedBy().map(ApprovedBy::json));
    }
    return json.put("latency_micros", latency.toNanos() / 1_000)
        .put("trace_id", checked.traceId().map(Json::of))
        .put("request", checked.request().json())
        .build();
  }

  private static void list(Json.Builder json, String name, List<String> keys) {
    if (!keys.isEmpty()) {
      json.put(name, Json.strings(keys));
    }
  }

  private static JsonObject compact(Reason reason) {
    return Json.object()
        .put("policy", reason.policy().value())
        .put("points", reason.points())
        .build();
  }
}
