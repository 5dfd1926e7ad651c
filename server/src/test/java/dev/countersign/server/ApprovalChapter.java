package dev.countersign.server;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who decides for whom, and what was agreed to beforehand.
final class ApprovalChapter extends StoryChapter {

  ApprovalChapter(StoryRequests requests) {
    super(requests);
  }

  @Override
  void tell() {
    delegations();
    grants();
    vigilance();
    access();
  }

  private void access() {
    var pep = Roles.ENFORCEMENT_POINT;
    var question =
        "\"subject\":{\"type\":\"user\",\"id\":\"alice\"},\"resource\":{\"type\":\"record\",\"id\":\"r1\"},\"action\":{\"name\":\"export\"}";
    var denied =
        post(pep, "what people have to permit", 200, "/access/v1/evaluation", "{" + question + "}");
    var evaluation =
        denied.json().object("context").orElseThrow().text("evaluation_id").orElseThrow();
    var submission = "{" + question + ",\"denial\":{\"evaluation_id\":\"" + evaluation + "\"}}";
    var path = "/access/v1/requests";
    var task = post(pep, "for access", 202, path, submission);
    post(pep, "for something else", 400, path, submission.replace("r1", "r2"));
    var id = task.json().object("task").orElseThrow().text("id").orElseThrow();
    get(pep, "how far it is", path + "/" + id);
  }

  /// What should be rejected is shown as if it were real; the next proposals bring it with them.
  private void vigilance() {
    var admin = Roles.TENANT_ADMIN;
    var trap =
        "{\"workflow\":\"claim\",\"transition\":\"decline\",\"condition\":\"case.version == 1\",\"why\":\"w\"}";
    var set = post(admin, "a trap", 201, "/v1/traps", trap);
    post(admin, "a trap that can't be understood", 400, "/v1/traps", trap.replace("==", "=?"));
    get(admin, "traps", "/v1/traps");
    put(admin, "decoys", 200, "/v1/vigilance", "{\"decoy_rate\":1}");
    get(admin, "how reviewers are watched", "/v1/vigilance");
    var decoy = withDecoy("a real request beside a decoy");
    post(
        Roles.REVIEWER,
        "of a decoy, deferred",
        200,
        "/v1/approvals/" + decoy.id() + "/decisions",
        "{\"decision\":\"defer\",\"action_digest\":\"%s\"}".formatted(decoy.digest()));
    post(
        Roles.REVIEWER,
        "of a decoy",
        200,
        "/v1/approvals/" + decoy.id() + "/decisions",
        "{\"decision\":\"reject\",\"action_digest\":\"%s\"}".formatted(decoy.digest()));
    get(Roles.REVIEWER, "a decoy that was revealed", "/v1/approvals/" + decoy.id());
    var second = withDecoy("another one");
    put(admin, "no decoys", 200, "/v1/vigilance", "{\"decoy_rate\":0}");
    var items = new ArrayList<String>();
    items.add(second.item("approve"));
    items.add(real("one").item("reject"));
    items.add(real("two").item("reject"));
    post(
        Roles.REVIEWER,
        "a decoy among others",
        200,
        "/v1/approvals/decisions",
        "{\"decisions\":[" + String.join(",", items) + "]}");
    get(admin, "reviewers", "/v1/reviewers");
    delete(admin, "a trap", 200, "/v1/traps/" + set.text("trap_id"));
    delete(admin, "an unknown trap", 404, "/v1/traps/" + set.text("trap_id"));
  }

  private record Shown(String id, String digest, String approvalDigest) {
    String item(String decision) {
      return "{\"approval_id\":\"%s\",\"decision\":\"%s\",\"action_digest\":\"%s\",\"approval_digest\":\"%s\"}"
          .formatted(id, decision, digest, approvalDigest);
    }
  }

  /// What the inbox shows that it did not show before, beside what was proposed.
  private Shown withDecoy(String scene) {
    var before = inbox();
    var real = real(scene);
    var now = inbox();
    now.keySet().removeAll(before.keySet());
    now.remove(real.id());
    return now.values().iterator().next();
  }

  private SortedMap<String, Shown> inbox() {
    var shown = new TreeMap<String, Shown>();
    for (var item :
        get(Roles.REVIEWER, "the inbox", "/v1/approvals?limit=100").json().items("approvals")) {
      var line = (JsonObject) item;
      var id = line.text("id").orElseThrow();
      shown.put(
          id,
          new Shown(
              id,
              line.text("action_digest").orElseThrow(),
              line.text("approval_digest").orElseThrow()));
    }
    return shown;
  }

  private Shown real(String scene) {
    var opened =
        post(Roles.AGENT, "a case for " + scene, 201, "/v1/cases", "{\"workflow\":\"claim\"}");
    var proposal =
        "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"decline\"}}"
            .formatted(opened.text("case_id"));
    var made = post(Roles.AGENT, scene, 201, "/v1/proposals", proposal);
    var approval = made.json().object("approval").orElseThrow();
    return new Shown(
        approval.text("id").orElseThrow(),
        made.text("action_digest"),
        approval.text("approval_digest").orElseThrow());
  }

  private void grants() {
    var path = "/v1/grants";
    var until = Instant.now().plus(Duration.ofDays(1));
    var body =
        "{\"template\":{\"workflow\":\"claim\",\"transition\":\"pay\",\"payload\":{\"cents\":7}},\"expires_at\":\"%s\"}"
            .formatted(until);
    var made = post(Roles.REVIEWER, "what is agreed to beforehand", 201, path, body);
    post(
        Roles.REVIEWER,
        "what has expired",
        409,
        path,
        body.replace(until.toString(), "2020-01-01T00:00:00Z"));
    var revocation = path + "/" + made.text("grant_id") + "/revocation";
    post(Roles.REVIEWER, "it", 200, revocation, "");
    post(Roles.REVIEWER, "what ended", 409, revocation, "");
    post(Roles.REVIEWER, "another grant", 201, path, body);
    var opened = post(Roles.AGENT, "a case for it", 201, "/v1/cases", "{\"workflow\":\"claim\"}");
    var proposal =
        "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"pay\",\"payload\":{\"cents\":7}}}"
            .formatted(opened.text("case_id"));
    post(Roles.AGENT, "what was agreed to beforehand", 201, "/v1/proposals", proposal);
    get(Roles.REVIEWER, "grants", path);
  }

  private void delegations() {
    var path = "/v1/delegations";
    var until = Instant.now().plus(Duration.ofDays(1));
    var body =
        "{\"delegate\":\"%s\",\"until\":\"%s\"}"
            .formatted(tenant().actor(GovernedTenants.SECOND_REVIEWER), until);
    var made = post(Roles.REVIEWER, "who decides for one", 201, path, body);
    post(Roles.REVIEWER, "the same again", 409, path, body);
    get(Roles.REVIEWER, "who decides for whom", path);
    var revocation = path + "/" + made.text("delegation_id") + "/revocation";
    post(GovernedTenants.SECOND_REVIEWER, "by the delegate", 200, revocation, "");
    post(Roles.REVIEWER, "what ended", 409, revocation, "");
  }
}
