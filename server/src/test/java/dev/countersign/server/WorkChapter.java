package dev.countersign.server;

import dev.countersign.identity.Roles;

/// What people and agents do for a case beside deciding, and what they tell of it.
final class WorkChapter extends StoryChapter {

  WorkChapter(StoryRequests requests) {
    super(requests);
  }

  @Override
  void tell() {
    tasks();
    events();
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

  private String task(String scene, String path) {
    var answer = post(Roles.AGENT, scene, 201, path + "/tasks", "{\"type\":\"call\"}");
    return path + "/tasks/" + answer.text("task_id");
  }

  private void change(String scene, int status, String task, String members) {
    patch(Roles.AGENT, scene, status, task, "{" + members + "}");
  }
}
