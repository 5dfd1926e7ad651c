package dev.countersign.server;

import dev.countersign.identity.Roles;

/// What people and agents do for a case beside deciding, what they tell of it, and what follows.
final class WorkChapter extends StoryChapter {
  private static final String HOLD = "{\"kind\":\"hold\"}";

  WorkChapter(StoryRequests requests) {
    super(requests);
  }

  @Override
  void tell() {
    tasks();
    events();
    rules();
    correction();
    migration();
  }

  private String opened(String scene, String reference, String more) {
    var body = "{\"workflow\":\"claim\",\"reference\":\"%s\"%s}".formatted(reference, more);
    return "/v1/cases/" + post(Roles.AGENT, scene, 201, "/v1/cases", body).text("case_id");
  }

  private void tasks() {
    var agent = Roles.AGENT;
    var first = opened("a case with a task", "W-1", ",\"tasks\":[{\"type\":\"call\"}]");
    get(agent, "its tasks", first + "/tasks");
    var done = task("another task", first);
    change("it, given to somebody", 200, done, "\"version\":1,\"assigned_to\":\"api_key:ck_1\"");
    change("it, which somebody else has", 409, done, "\"version\":2,\"state\":\"completed\"");
    change("it, given back", 200, done, "\"version\":2,\"assigned_to\":null");
    change("it, as it was", 409, done, "\"version\":1,\"state\":\"completed\"");
    change("it, begun", 200, done, "\"version\":3,\"state\":\"in_progress\"");
    change("it, done", 200, done, "\"version\":4,\"state\":\"completed\"");
    change("it, done already", 409, done, "\"version\":5,\"state\":\"failed\"");
    var failed = task("a task that fails", first);
    change("that, begun", 200, failed, "\"version\":1,\"state\":\"in_progress\"");
    change("that, failed", 200, failed, "\"version\":2,\"state\":\"failed\"");
    post(agent, "a task without a type", 400, first + "/tasks", "{}");
  }

  private void events() {
    var agent = Roles.AGENT;
    var told = opened("a case of which something is told", "W-2", "");
    var body = "{\"type\":\"letter\",\"data\":{\"pages\":2}}";
    post(agent, "an event", 201, told + "/events", body);
    post(agent, "an event without a type", 400, told + "/events", "{}");
    get(agent, "what happened", told + "/timeline");
  }

  private void rules() {
    var admin = Roles.TENANT_ADMIN;
    var hold = rule("a rule that holds", "hold", "");
    rule("a rule that opens a task", "open_task", ",\"type\":\"call\"");
    rule("a rule that tells", "notify", ",\"topic\":\"letters\"");
    rule("a rule that proposes", "propose", ",\"type\":\"pay\"");
    post(admin, "a rule with a wrong condition", 400, "/v1/rules", body("event.kind == 1", HOLD));
    get(admin, "rules", "/v1/rules");
    var told = opened("a case to which rules react", "W-3", "");
    var letter = "{\"type\":\"complaint\"}";
    post(Roles.AGENT, "an event to which rules react", 201, told + "/events", letter);
    get(admin, "a rule", hold);
    var release = "{\"case_version\":2,\"reason\":\"r\"}";
    post(Roles.OPERATOR, "it", 200, told + "/release", release);
    post(Roles.OPERATOR, "it again", 409, told + "/release", release);
    patch(admin, "it, switched off", 200, hold, "{\"version\":1,\"enabled\":false}");
    patch(admin, "it, as it was", 409, hold, "{\"version\":1,\"enabled\":true}");
  }

  private void correction() {
    var wrong = opened("a case with a wrong fact", "W-5", ",\"attributes\":{\"amount\":480}");
    var body = "{\"case_version\":1,\"attributes\":{\"amount\":840},\"reason\":\"r\"}";
    patch(Roles.AGENT, "it, corrected by who proposes", 403, wrong, body);
    patch(Roles.OPERATOR, "it", 200, wrong, body);
    patch(Roles.OPERATOR, "it, as it was", 409, wrong, body);
    patch(Roles.OPERATOR, "it, without a reason", 400, wrong, "{\"case_version\":2}");
  }

  private void migration() {
    var admin = Roles.TENANT_ADMIN;
    var old = opened("a case of the first version", "W-4", "");
    var body = "{\"workflow_version\":2,\"case_version\":1,\"reason\":\"r\"}";
    post(admin, "it, to a version that is not there", 409, old + "/migration", body);
    GovernedTenants.workflow(http(), tenant());
    post(admin, "it", 200, old + "/migration", body);
    post(admin, "it, as it was", 409, old + "/migration", body);
  }

  private static String body(String condition, String action) {
    return "{\"title\":\"t\",\"workflow\":\"claim\",\"on\":[\"complaint\"],\"condition\":\"%s\",\"action\":%s}"
        .formatted(condition, action);
  }

  private String rule(String scene, String kind, String more) {
    var action = "{\"kind\":\"%s\"%s}".formatted(kind, more);
    var made = post(Roles.TENANT_ADMIN, scene, 201, "/v1/rules", body("true", action));
    return "/v1/rules/" + made.text("rule_id");
  }

  private String task(String scene, String path) {
    var answer = post(Roles.AGENT, scene, 201, path + "/tasks", "{\"type\":\"call\"}");
    return path + "/tasks/" + answer.text("task_id");
  }

  private void change(String scene, int status, String task, String members) {
    patch(Roles.AGENT, scene, status, task, "{" + members + "}");
  }
}
