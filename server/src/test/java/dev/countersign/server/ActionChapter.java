package dev.countersign.server;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.server.Http.Answer;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Actions are asked for, decided, carried out and observed, and trust moves.
final class ActionChapter extends StoryChapter {
  private static final String RECORD =
      "\"resource\":{\"type\":\"record\",\"id\":\"r1\"},\"action\":{\"name\":\"view\"}";
  private static final String ALARM =
      "{\"hour\":\"2026-03-02T09:00:00Z\",\"features\":[{\"feature\":\"rejection_rate\",\"observed\":1,\"usual\":0.1,\"deviations\":9.5,\"share\":0.4}]}";
  private static final String REASON = "{\"reason\":\"r\"}";
  private int cases;

  ActionChapter(StoryRequests requests) {
    super(requests);
  }

  @Override
  void tell() {
    decisions();
    governed();
    trust();
    models();
    packs();
  }

  private static String check(String operation) {
    return "{\"model\":\"m\",\"operation\":\"%s\",\"metadata\":{}}".formatted(operation);
  }

  private Answer decide(String scene, int status, String approval, String decision, String digest) {
    return post(
        Roles.REVIEWER,
        scene,
        status,
        "/v1/approvals/" + approval + "/decisions",
        "{\"decision\":\"%s\",\"action_digest\":\"%s\"}".formatted(decision, digest));
  }

  private void decisions() {
    var agent = Roles.AGENT;
    var checked = post(agent, "what is permitted", 200, "/v1/check", check("classify"));
    post(agent, "a malformed question", 400, "/v1/check", "{}");
    var asked = post(agent, "what a person has to permit", 200, "/v1/check", check("export"));
    post(agent, "what waits for a person already", 200, "/v1/check", check("export"));
    var approval = asked.json().object("approval").orElseThrow().text("id").orElseThrow();
    var card = get(Roles.REVIEWER, "of a decision", "/v1/approvals/" + approval);
    get(Roles.REVIEWER, "the inbox", "/v1/approvals");
    var digest = card.text("action_digest");
    decide("another question's digest", 409, approval, "approve", "0".repeat(64));
    decide("of a decision, deferred", 200, approval, "defer", digest);
    decide("of a decision, approved", 200, approval, "approve", digest);
    decide("of a decision, again", 409, approval, "approve", digest);
    var second = post(agent, "what is asked anew", 200, "/v1/check", check("export"));
    var other = second.json().object("approval").orElseThrow().text("id").orElseThrow();
    decide("of a decision, rejected", 200, other, "reject", digest);
    var pep = Roles.ENFORCEMENT_POINT;
    var question = "{\"subject\":{\"type\":\"user\",\"id\":\"alice\"}," + RECORD + "}";
    post(pep, "an evaluation", 200, "/access/v1/evaluation", question);
    post(
        pep,
        "two evaluations",
        200,
        "/access/v1/evaluations",
        "{\"evaluations\":[" + question + "," + question + "]}");
    post(
        pep,
        "subjects",
        200,
        "/access/v1/search/subject",
        "{\"subject\":{\"type\":\"user\"}," + RECORD + "}");
    post(
        pep,
        "resources",
        200,
        "/access/v1/search/resource",
        "{\"subject\":{\"type\":\"user\",\"id\":\"alice\"},\"action\":{\"name\":\"view\"},\"resource\":{\"type\":\"record\"}}");
    post(
        pep,
        "actions",
        200,
        "/access/v1/search/action",
        "{\"subject\":{\"type\":\"user\",\"id\":\"alice\"},\"resource\":{\"type\":\"record\",\"id\":\"r1\"}}");
    open("metadata", "/.well-known/authzen-configuration");
    var path = "/v1/decisions/" + checked.text("decision_id");
    var auditor = Roles.AUDITOR;
    get(auditor, "decisions", "/v1/decisions");
    get(auditor, "a decision", path);
    get(auditor, "an explanation", path + "/explanation");
    get(auditor, "a dashboard's log", "/api/admin/logs");
    get(auditor, "an export of decisions", "/v1/decisions/export");
  }

  private String opened(String scene) {
    var body = "{\"workflow\":\"claim\",\"reference\":\"S-%d\"}".formatted(++cases);
    return post(Roles.AGENT, scene, 201, "/v1/cases", body).text("case_id");
  }

  private static String proposal(String caseId, String type) {
    return "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"%s\"}}"
        .formatted(caseId, type);
  }

  private record Proposed(String id, String approval, String digest) {
    static Proposed of(Answer answer) {
      return new Proposed(
          answer.text("proposal_id"),
          answer.json().object("approval").orElseThrow().text("id").orElseThrow(),
          answer.text("action_digest"));
    }
  }

  private Proposed propose(String scene, String caseId, String type) {
    var answer = post(Roles.AGENT, scene, 201, "/v1/proposals", proposal(caseId, type));
    return Proposed.of(answer);
  }

  private Answer decide(String scene, int status, Proposed proposed, String decision) {
    return decide(scene, status, proposed.approval(), decision, proposed.digest());
  }

  private void governed() {
    var agent = Roles.AGENT;
    GovernedTenants.workflow(http(), tenant());
    var first = opened("a case");
    var taken = "{\"workflow\":\"claim\",\"reference\":\"S-1\"}";
    post(agent, "a reference that is taken", 409, "/v1/cases", taken);
    get(agent, "cases", "/v1/cases");
    get(agent, "a case", "/v1/cases/" + first);
    var key = new String[] {"Idempotency-Key", "story"};
    var body = Optional.of("{\"workflow\":\"claim\",\"reference\":\"once\"}");
    step("a case with a key", 201, as(agent), "POST", "/v1/cases", body, key);
    step(StoryRequests.REPEATED + " with its key", 201, as(agent), "POST", "/v1/cases", body, key);
    var proposed = propose("an action", first, "pay");
    var other = propose("another action on the case", first, "decline");
    post(agent, "the same action again", 409, "/v1/proposals", proposal(first, "pay"));
    get(agent, "proposals", "/v1/proposals?case_id=" + first);
    get(agent, "a proposal", "/v1/proposals/" + proposed.id());
    decide("of an action, deferred", 200, proposed, "defer");
    var frozen =
        post(
            Roles.TENANT_ADMIN,
            "a freeze that stands in the way",
            201,
            "/v1/freezes",
            "{\"scope\":\"action\",\"value\":\"pay\",\"reason\":\"r\"}");
    decide("of an action that is frozen", 409, proposed, "approve");
    var lift = "/v1/freezes/" + frozen.text("freeze_id") + "/lift";
    post(Roles.TENANT_ADMIN, "that freeze", 200, lift, "{\"reason\":\"r\"}");
    var decided = decide("of an action, approved, which ends the other", 200, proposed, "approve");
    decide("of an action that ended", 409, other, "approve");
    var execution = decided.json().object("execution").orElseThrow().text("id").orElseThrow();
    var outcome = "/v1/executions/" + execution + "/outcome";
    post(Roles.OBSERVER, "an outcome", 201, outcome, "{\"success\":true}");
    post(Roles.OBSERVER, "a second outcome", 409, outcome, "{\"success\":true}");
    afterwards(execution, outcome);
    var rejected = propose("a third action", opened("another case"), "pay");
    decide("of an action, rejected", 200, rejected, "reject");
    changedMinds();
    several();
    outlived();
  }

  private void afterwards(String execution, String outcome) {
    get(Roles.REVIEWER, "an execution", "/v1/executions/" + execution);
    var correction = "{\"corrects\":1,\"success\":false}";
    post(Roles.OBSERVER, "a correction", 201, outcome + "/corrections", correction);
    post(Roles.OBSERVER, "what is corrected", 409, outcome + "/corrections", correction);
    var back = "/v1/executions/" + execution + "/rollback";
    post(Roles.REVIEWER, "an execution, back", 200, back, REASON);
    post(Roles.REVIEWER, "what is undone", 409, back, REASON);
    wired();
    var autonomy = "{\"ceiling\":\"propose\",\"reason\":\"r\"}";
    var admin = as(Roles.TENANT_ADMIN);
    step("how far", 200, admin, "PUT", "/v1/autonomy", Optional.of(autonomy));
    get(Roles.REVIEWER, "how far", "/v1/autonomy");
  }

  /// An action that another system carries out, which nobody can reach.
  private void wired() {
    var caseId = opened("a case for another system");
    post(Roles.AGENT, "of an action", 200, "/v1/proposals/dry-run", proposal(caseId, "wire"));
    var proposed = propose("what another system does", caseId, "wire");
    decide("of what another system does", 200, proposed, "approve");
    var parked = get(Roles.REVIEWER, "dead letters", "/v1/executions/parked");
    var letter = ((JsonObject) parked.json().items("executions").getFirst()).text("id");
    var url = "/v1/executions/" + letter.orElseThrow();
    post(Roles.REVIEWER, "a dead letter", 200, url + "/redrive", REASON);
    post(Roles.REVIEWER, "a dead letter, given up", 200, url + "/discard", REASON);
    post(Roles.REVIEWER, "what waits for nobody", 409, url + "/discard", REASON);
    post(Roles.REVIEWER, "what waits for nobody, again", 409, url + "/redrive", REASON);
  }

  private void several() {
    var items =
        List.of("approve", "reject", "defer").stream()
            .map(decision -> {
              var proposed = propose("an action to " + decision, opened("to " + decision), "pay");
              return item(decision, proposed);
            })
            .toList();
    var body = "{\"decisions\":[" + String.join(",", items) + "]}";
    var path = "/v1/approvals/decisions";
    post(Roles.REVIEWER, "three requests at once", 200, path, body);
    post(Roles.REVIEWER, "no decisions", 400, path, "{}");
  }

  private String item(String decision, Proposed proposed) {
    var card = get(Roles.REVIEWER, "to " + decision, "/v1/approvals/" + proposed.approval());
    return "{\"approval_id\":\"%s\",\"decision\":\"%s\",\"action_digest\":\"%s\",\"approval_digest\":\"%s\"}"
        .formatted(proposed.approval(), decision, proposed.digest(), card.text("approval_digest"));
  }

  private void changedMinds() {
    var taken = propose("an action that is taken back", opened("a case for it"), "pay");
    var back = "/v1/proposals/" + taken.id() + "/withdrawal";
    post(Roles.AGENT, "it", 200, back, "{\"reason\":\"r\"}");
    post(Roles.AGENT, "it again", 409, back, "{}");
    var edited = propose("an action that is edited", opened("a case for that"), "pay");
    var edit = "/v1/approvals/" + edited.approval() + "/edit";
    var change =
        "{\"action_digest\":\"%s\",\"payload\":{\"cents\":1},\"reason\":\"r\"}"
            .formatted(edited.digest());
    post(Roles.REVIEWER, "an action", 201, edit, change);
    post(Roles.REVIEWER, "what ended", 409, edit, change);
  }

  /// A policy that came into force after the proposal ends it.
  private void outlived() {
    var author = Roles.POLICY_AUTHOR;
    var proposed = propose("an action before the policies change", opened("a case, too"), "pay");
    var all = "/api/admin/policies/all";
    step("the permit off", 200, as(author), "PATCH", all, body(false));
    decide("of an action that nothing permits any more", 409, proposed, "approve");
    var on = step("the permit on", 202, as(author), "PATCH", all, body(true));
    on(GovernedTenants.SECOND_AUTHOR, "the permit", 200, change(on), "confirm");
  }

  /// Cases that are approved and end well.
  private void succeed(int times, String scene) {
    for (int i = 1; i <= times; i++) {
      var proposed = propose(scene + ", proposed " + i, opened(scene + ", case " + i), "decline");
      var decided = decide(scene + ", approved " + i, 200, proposed, "approve");
      var execution = decided.json().object("execution").orElseThrow().text("id").orElseThrow();
      post(
          Roles.OBSERVER,
          scene + ", observed " + i,
          201,
          "/v1/executions/" + execution + "/outcome",
          "{\"success\":true}");
    }
  }

  private void trust() {
    succeed(7, "earning trust");
    var risk = Roles.MODEL_RISK;
    var scopes = get(risk, "scopes", "/v1/trust/scopes").json().items("scopes");
    var earned =
        scopes.stream()
            .map(JsonObject.class::cast)
            .filter(each -> each.text("action_type").equals(Optional.of("decline")))
            .findFirst()
            .orElseThrow();
    var scope = "/v1/trust/scopes/" + earned.text("scope_id").orElseThrow();
    get(risk, "a scope", scope);
    anomalies(earned.text("scope_id").orElseThrow());
    var lower = scope + "/stage";
    post(Roles.TENANT_ADMIN, "a stage", 200, lower, "{\"to\":\"observe\"}");
    post(Roles.TENANT_ADMIN, "the lowest stage", 409, lower, "{\"to\":\"observe\"}");
    post(risk, "what is not earned", 409, scope + "/promotions", "{\"to\":\"propose\"}");
    succeed(6, "earning it again");
    post(risk, "what is earned", 200, scope + "/promotions", "{\"to\":\"propose\"}");
    var splits = scope + "/splits";
    post(Roles.TENANT_ADMIN, "a scope, off another", 201, splits, "{\"site\":\"annex\"}");
    post(Roles.TENANT_ADMIN, "that again", 409, splits, "{\"site\":\"annex\"}");
    get(risk, "a certificate", scope.replace("scopes", "certificates"));
    var step = "{\"budget\":0.1,\"harm_from\":\"minor\"}";
    var settings =
        "{\"steps\":[%s,%s,%s,%s],\"risk\":0.01,\"promotion\":\"signed\",\"reason\":\"r\"}"
            .formatted(step, step, step, step);
    put(Roles.TENANT_ADMIN, "how trust is earned", 200, "/v1/trust/settings", settings);
    var weights =
        ",\"score_weights\":{\"reliability\":%s,\"alignment\":0.3,\"safety\":0.2,\"value\":0.1,\"override_rate\":0.5}}";
    var weighed = settings.substring(0, settings.length() - 1) + weights;
    var path = "/v1/trust/settings";
    put(Roles.TENANT_ADMIN, "weights of the score", 200, path, weighed.formatted("0.4"));
    put(Roles.TENANT_ADMIN, "weights that come to more", 400, path, weighed.formatted("0.5"));
    get(Roles.REVIEWER, "how trust is earned", "/v1/trust/settings");
  }

  /// Two versions of a model are there already: training them takes more labels than a story has.
  private void models() {
    var risk = Roles.MODEL_RISK;
    get(risk, "models", "/v1/trust/models");
    get(risk, "a version", "/v1/trust/models/decision/1");
    var serve = "/v1/trust/models/decision/champion";
    var newer = "{\"version\":2,\"reason\":\"it was compared by hand\"}";
    post(risk, "another version", 200, serve, newer);
    post(risk, "the version that serves", 409, serve, newer);
    post(risk, "a version that is not there", 404, serve, newer.replace("2", "9"));
    post(risk, "a training", 202, "/v1/trust/models/retrain", "{\"predictor\":\"decision\"}");
  }

  /// About an alarm that otherwise only weeks of hours would raise.
  private void anomalies(String scope) {
    var risk = Roles.MODEL_RISK;
    var admin = Roles.TENANT_ADMIN;
    var path = "/v1/trust/anomalies/" + alarm(scope);
    get(risk, "anomalies", "/v1/trust/anomalies?state=raised&limit=5");
    get(risk, "an anomaly", path);
    var state = path + "/state";
    post(admin, "an anomaly that nobody took note of", 409, state, to("confirmed"));
    post(risk, "an anomaly", 403, state, to("acknowledged"));
    post(admin, "nowhere to go", 400, state, to("raised"));
    var key = new String[] {"Idempotency-Key", "anomaly"};
    var body = Optional.of(to("acknowledged"));
    step("an anomaly", 200, as(admin), "POST", state, body, key);
    step(StoryRequests.REPEATED + " with its key", 200, as(admin), "POST", state, body, key);
    post(admin, "an anomaly, again", 409, state, to("acknowledged"));
    post(admin, "an anomaly that is one", 200, state, to("confirmed"));
    post(admin, "an anomaly that is over", 200, state, to("resolved"));
    var unknown = "/v1/trust/anomalies/00000000-0000-7000-8000-000000000000/state";
    post(admin, "an unknown anomaly", 404, unknown, to("resolved"));
  }

  private static String to(String state) {
    return "{\"to\":\"" + state + "\"}";
  }

  private String alarm(String scope) {
    var id = UUID.randomUUID().toString();
    try (var connection = BehindTheCurtain.database().getConnection()) {
      Superuser.execute(
          connection,
          """
          insert into trust.alarm (tenant_id, alarm_id, kind, scope_id, content, state, raised_at, since)
          values ('%s', '%s', 'rejection_spike', '%s', '%s', 'raised', now(), now())\
          """
              .formatted(tenant().id().value(), id, scope, ALARM));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return id;
  }

  private void packs() {
    var admin = Roles.TENANT_ADMIN;
    var pack = "/v1/demo/packs/hr-onboarding";
    post(admin, "a pack that was not loaded", 409, pack + "/reset", "");
    post(admin, "a pack", 200, pack, "");
    post(admin, "a pack that is there", 200, pack, "");
    post(admin, "a pack that is not shipped", 404, "/v1/demo/packs/none", "");
    var found = get(Roles.AGENT, "a case of it", "/v1/cases?reference=ONB-3001");
    var subject = (JsonObject) found.json().items("cases").getFirst();
    propose("an action on a case of the pack", subject.text("case_id").orElseThrow(), "hold");
    post(admin, "what was begun", 200, pack + "/reset", "");
    post(admin, "what stands as at the beginning", 200, pack + "/reset", "");
  }
}
