package dev.countersign.server;

import dev.countersign.server.GovernedTenants.GovernedTenant;
import dev.countersign.server.Http.Answer;
import java.time.Duration;
import java.util.Optional;

/// A part of a story: requests in the name of a role, with what they were about in words.
abstract class StoryChapter {
  static final String SETS = "/v1/policy-sets";
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final StoryRequests requests;

  StoryChapter(StoryRequests requests) {
    this.requests = requests;
  }

  /// What happens in it.
  abstract void tell();

  final Http http() {
    return requests.http();
  }

  final GovernedTenant tenant() {
    return requests.tenant();
  }

  final String as(String role) {
    return tenant().as(role);
  }

  final Answer get(String role, String scene, String path) {
    return step(scene, 200, as(role), "GET", path, Optional.empty());
  }

  final Answer post(String role, String scene, int status, String path, String body) {
    return step(scene, status, as(role), "POST", path, Optional.of(body));
  }

  final Answer put(String role, String scene, int status, String path, String body) {
    return step(scene, status, as(role), "PUT", path, Optional.of(body));
  }

  final Answer patch(String role, String scene, int status, String path, String body) {
    return step(scene, status, as(role), "PATCH", path, Optional.of(body));
  }

  final Answer delete(String role, String scene, int status, String path) {
    return step(scene, status, as(role), "DELETE", path, Optional.empty());
  }

  final Answer step(
      String scene,
      int status,
      String key,
      String method,
      String path,
      Optional<String> body,
      String... headers) {
    return requests.step(scene, status, key, method, path, body, () -> {}, headers);
  }

  /// @param settled waits for what the request started and did not finish
  final Answer stepThen(
      Runnable settled,
      String scene,
      int status,
      String key,
      String method,
      String path,
      Optional<String> body) {
    return requests.step(scene, status, key, method, path, body, settled);
  }

  final Answer open(String scene, String path) {
    return step(scene, 200, "", "GET", path, Optional.empty());
  }

  final Answer on(String role, String scene, int status, String version, String verb) {
    return post(role, scene, status, version + "/" + verb, "");
  }

  static String change(Answer waiting) {
    var change = waiting.json().object("change").orElseThrow();
    return "/v1/policy-changes/" + change.text("id").orElseThrow();
  }

  static Optional<String> body(boolean enabled) {
    return Optional.of("{\"enabled\":" + enabled + "}");
  }
}
