package dev.countersign.server;

import dev.countersign.identity.Roles;
import java.util.Optional;

/// A tenant is made and arranged: keys, the registry, entities, workflows, gates and freezes.
final class TenancyChapter extends StoryChapter {
  private static final String KEYS = "/api/admin/keys";

  TenancyChapter(StoryRequests requests) {
    super(requests);
  }

  @Override
  void tell() {
    tenants();
    freezeOfEverything();
    keys();
    registry();
    entities();
    workflows();
  }

  private void tenants() {
    var platform = http().key("platform");
    var body = "{\"slug\":\"story-%s\",\"name\":\"Story\"}".formatted(tenant().id().value());
    var path = "/v1/tenants";
    step("a tenant", 201, platform, "POST", path, Optional.of(body));
    step("a slug that is taken", 409, platform, "POST", path, Optional.of(body));
    step("no slug", 400, platform, "POST", path, Optional.of("{}"));
  }

  private void freezeOfEverything() {
    var platform = http().key("platform");
    var path = "/v1/freezes/everywhere";
    var reason = Optional.of("{\"reason\":\"r\"}");
    var frozen = step("everything everywhere", 201, platform, "POST", path, reason);
    step("those of everything", 200, platform, "GET", path, Optional.empty());
    var lift = path + "/" + frozen.text("freeze_id") + "/lift";
    step("it", 200, platform, "POST", lift, reason);
    step("it again", 409, platform, "POST", lift, reason);
  }

  private void keys() {
    var admin = Roles.TENANT_ADMIN;
    var body = "{\"name\":\"short\",\"roles\":[\"agent\"]}";
    var made = post(admin, "a key", 201, KEYS, body);
    var path = KEYS + "/" + made.text("id");
    get(admin, "keys", KEYS);
    post(admin, "a key that rotates", 200, path + "/rotate", "{\"overlap_seconds\":3600}");
    post(admin, "one that rotates already", 409, path + "/rotate", "{\"overlap_seconds\":60}");
    delete(admin, "a key", 200, path);
    delete(admin, "a revoked key", 409, path);
    delete(admin, "an unknown key", 404, KEYS + "/ck_0000000000000000");
    var limits = "/api/admin/limits";
    put(admin, "limits", 200, limits, "{\"limit\":100000,\"burst\":10000}");
    get(admin, "limits", limits);
    post(Roles.AGENT, "the own key", 200, "/api/evaluate", "");
  }

  private void registry() {
    var risk = Roles.MODEL_RISK;
    put(risk, "a model", 200, "/v1/models/m", "{\"provider\":\"p\",\"external\":false}");
    put(risk, "the same model", 200, "/v1/models/m", "{\"provider\":\"p\",\"external\":false}");
    put(risk, "a malformed model", 400, "/v1/models/m", "{\"provider\":7}");
    get(risk, "models", "/v1/models");
    delete(risk, "a model", 200, "/v1/models/m");
    delete(risk, "an unknown model", 404, "/v1/models/m");
    put(risk, "an operation", 200, "/v1/operations/o", "");
    get(risk, "operations", "/v1/operations");
    delete(risk, "an operation", 200, "/v1/operations/o");
    put(
        risk,
        "a declaration",
        200,
        "/v1/declarations/team",
        "{\"type\":\"string\",\"max_length\":40}");
    get(risk, "declarations", "/v1/declarations");
    delete(risk, "a declaration", 200, "/v1/declarations/team");
  }

  private void entities() {
    var admin = Roles.TENANT_ADMIN;
    put(admin, "an entity", 200, "/v1/entities/user/alice", "{\"properties\":{\"a\":1}}");
    put(admin, "another entity", 200, "/v1/entities/record/r1", "{\"properties\":{}}");
    get(admin, "entities", "/v1/entities?type=user");
    get(admin, "an entity", "/v1/entities/user/alice");
    put(admin, "a third", 200, "/v1/entities/user/bob", "{\"properties\":{}}");
    delete(admin, "an entity", 200, "/v1/entities/user/bob");
  }

  private void workflows() {
    var admin = Roles.TENANT_ADMIN;
    var definition =
        """
        {"definition":{"key":"story","title":"Story",
          "queues":[{"name":"a","title":"A"},{"name":"b","title":"B"}],
          "transitions":[{"type":"go","from":"a","to":"b","gate":"g",
            "approver_roles":["reviewer"],"handler":"transition","manual_seconds":60}]}}
        """;
    post(admin, "a workflow", 201, "/v1/workflows", definition);
    post(admin, "a workflow's next version", 201, "/v1/workflows", definition);
    get(admin, "workflows", "/v1/workflows");
    get(admin, "a workflow", "/v1/workflows/story");
    var gates = "/v1/workflows/story/gates";
    var past = "{\"reason\":\"r\",\"until\":\"2020-01-01T00:00:00Z\"}";
    post(admin, "a gate", 200, gates + "/go/authorize", "{\"reason\":\"r\"}");
    post(admin, "a gate until yesterday", 409, gates + "/go/authorize", past);
    post(admin, "a gate", 200, gates + "/go/revoke", "{\"reason\":\"r\"}");
    get(admin, "gates", gates);
    get(admin, "a gate", gates + "/go");
    var unknown = "{\"scope\":\"queue\",\"value\":\"nowhere\",\"reason\":\"r\"}";
    post(admin, "a freeze of what there is not", 409, "/v1/freezes", unknown);
    var freeze = "{\"scope\":\"queue\",\"value\":\"nowhere\",\"reason\":\"r\",\"ahead\":true}";
    var set = post(admin, "a freeze", 201, "/v1/freezes", freeze);
    get(admin, "freezes", "/v1/freezes");
    var lift = "/v1/freezes/" + set.text("freeze_id") + "/lift";
    post(admin, "a freeze", 200, lift, "{\"reason\":\"r\"}");
    post(admin, "a lifted freeze", 409, lift, "{\"reason\":\"r\"}");
  }
}
