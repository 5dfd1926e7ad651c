package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.server.AccessTenants.AccessTenant;
import dev.countersign.server.Http.Answer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/// What tests that ask as an enforcement point have in common: a tenant of its own with policies of
/// its own for each test.
abstract class AccessQuestions {
  static final String EVALUATION = "/access/v1/evaluation";

  static final String EVALUATIONS = "/access/v1/evaluations";

  static final String POLICIES =
      """
      {"policies": [
        {"key": "owners", "description": "", "message": "owns it", "effect": "permit",
         "condition": "has(resource.properties.owner) && resource.properties.owner == subject.id",
         "applies_to": {"resource_types": ["record"]}},
        {"key": "suspended", "description": "", "message": "is suspended", "effect": "forbid",
         "condition": "has(subject.properties.suspended) && subject.properties.suspended",
         "applies_to": {"resource_types": ["record"]}},
        {"key": "payment_needs_a_person", "description": "", "message": "needs a person", "effect": "require_approval",
         "condition": "true", "applies_to": {"operations": ["pay"]},
         "obligations": [{"name": "notify", "arguments": {"whom": "owner"}}]},
        {"key": "only_this_caller", "description": "", "message": "asked by a key", "effect": "permit",
         "condition": "context.caller.type == 'api_key' && context.tenant.max_risk_score == 50 && has(context.request.tenant) && !context.known.subject && !context.operation.registered",
         "applies_to": {"operations": ["probe"], "resource_types": ["probe"]}}
      ]}
      """;

  @Inject AccessTenants tenants;

  Http http;

  AccessTenant tenant;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    tenant = tenants.create();
    tenants.activate(tenant, 2, POLICIES);
  }

  static JsonObject question(String subject, String action, String record, String owner) {
    return question(subject, action, "record", record, Json.object().put("owner", owner).build());
  }

  static JsonObject question(
      String subject, String action, String type, String id, JsonObject properties) {
    return Json.object()
        .put("subject", Json.object().put("type", "user").put("id", subject).build())
        .put("action", Json.object().put("name", action).build())
        .put(
            "resource",
            Json.object().put("type", type).put("id", id).put("properties", properties).build())
        .build();
  }

  Answer asked(JsonObject question) {
    var answer = http.post(tenant.pep(), EVALUATION, question.toString());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  static boolean decision(Json answer) {
    return ((JsonObject) answer).truth("decision").orElseThrow();
  }

  static JsonObject context(Json answer) {
    return ((JsonObject) answer).object("context").orElseThrow();
  }

  static String id(JsonObject context, String name) {
    return context.text(name).orElseThrow();
  }

  List<JsonObject> entries(String correlation) {
    return http
        .get(tenant.auditor(), "/v1/ledger/entries?limit=100&correlation_id=" + correlation)
        .json()
        .items("entries")
        .stream()
        .map(each -> (JsonObject) each)
        .toList();
  }
}
