package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.server.Http.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How a policy set comes into force over HTTP, each test with a tenant of its own.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class PolicyLifeTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String SETS = "/v1/policy-sets";
  private static final String BASE =
      """
      {"key": "base_permit", "message": "permitted", "effect": "permit", "condition": "true",
       "applies_to": {"resource_types": ["model"]}}\
      """;

  private Http http;
  private String admin;
  private String author;
  private String second;
  private String agent;

  @BeforeEach
  void newTenant() throws IOException {
    http = new Http();
    var created =
        http.post(
            http.key("platform"),
            "/v1/tenants",
            "{\"slug\":\"policies-%d\",\"name\":\"Policies\"}".formatted(NUMBER.incrementAndGet()));
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    admin = ((JsonObject) created.json().items("keys").getFirst()).text("key").orElseThrow();
    author = key("author", "policy_author");
    second = key("second", "policy_author");
    agent = key("agent", "agent");
  }

  private String key(String name, String role) {
    return http.post(
            admin, "/api/admin/keys", "{\"name\":\"%s\",\"roles\":[\"%s\"]}".formatted(name, role))
        .text("key");
  }

  private Answer check(String metadata) {
    return http.post(
        agent,
        "/v1/check",
        "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":%s}".formatted(metadata));
  }

  private static Answer expect(int status, Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return answer;
  }

  private static void refused(Answer answer, int status, String code) {
    expect(status, answer);
    assertThat(answer.code()).isEqualTo(code);
  }

  private int draft(String rest) {
    var body = "{\"policies\":[%s]%s}".formatted(BASE, rest);
    return (int) expect(201, http.post(author, SETS, body)).number("version");
  }

  private Answer on(String key, int version, String step) {
    return http.post(key, SETS + "/" + version + "/" + step, "");
  }

  private String state(int version) {
    return http.get(author, SETS + "/" + version).text("state");
  }

  @Test
  void aVersionTravelsFromDraftIntoForceAndBack() {
    assertThat(check("{}").text("reason")).isEqualTo("external_model");

    // Two mistakes, each with its place.
    var wrong =
        expect(
            201,
            http.post(
                author,
                SETS,
                """
                {"policies": [
                  {"key": "typo", "message": "m", "effect": "forbid", "condition": "true &&\\n context.x = 1"},
                  {"key": "unguarded", "message": "m", "effect": "forbid", "condition": "context.x == 1"}]}\
                """));
    var report = expect(200, on(author, (int) wrong.number("version"), "validate"));
    assertThat(report.json().truth("valid")).hasValue(false);
    assertThat(report.json().items("problems"))
        .extracting(problem -> ((JsonObject) problem).text("policy").orElseThrow())
        .contains("typo", "unguarded");
    assertThat(((JsonObject) report.json().items("problems").getFirst()).number("line"))
        .hasValue(2.0);
    refused(on(author, (int) wrong.number("version"), "activate"), 409, "wrong_version_state");

    // A test that fails shows what was expected and what came.
    int failing = draft(tests("forbid"));
    var failed = expect(200, on(author, failing, "validate"));
    assertThat(failed.json().truth("valid")).hasValue(false);
    assertThat(failed.body())
        .contains("{\"field\":\"outcome\",\"expected\":\"forbid\",\"actual\":\"permit\"}");
    assertThat(state(failing)).isEqualTo("draft");

    int version = draft(tests("permit"));
    assertThat(expect(200, on(author, version, "validate")).text("state")).isEqualTo("validated");

    // It drops the risk factors of the starter set, so another person has to agree.
    var waiting = expect(202, on(author, version, "activate"));
    assertThat(waiting.json().items("reasons"))
        .contains(Json.of("`external_model` adds its 50 points no more"));
    refused(on(author, version, "activate"), 409, "already_requested");
    refused(on(author, version, "confirm"), 403, "second_person_needed");
    refused(on(agent, version, "confirm"), 403, "permission_denied");
    assertThat(check("{}").number("policy_version")).isEqualTo(1);
    expect(200, on(second, version, "confirm"));

    var permitted = expect(200, check("{}"));
    assertThat(permitted.number("policy_version")).isEqualTo(version);
    assertThat(permitted.json().truth("allowed")).hasValue(true);
    assertThat(state(1)).isEqualTo("retired");
    refused(on(second, version, "confirm"), 409, "not_requested");

    // Back: the starter set stands more against the caller, but its permit covers cases too.
    expect(202, on(author, 1, "activate"));
    expect(200, on(admin, 1, "confirm"));
    assertThat(check("{}").number("policy_version")).isEqualTo(1);
    assertThat(check("{}").text("reason")).isEqualTo("external_model");
    assertThat(state(version)).isEqualTo("retired");
    assertThat(http.get(author, SETS).json().number("active")).hasValue(1.0);
    var history = http.get(author, SETS + "/" + version).json().items("history");
    assertThat(history)
        .extracting(move -> ((JsonObject) move).text("state").orElseThrow())
        .containsExactly("draft", "validated", "active", "retired");
  }

  private static String tests(String outcome) {
    return ", \"tests\": [{\"name\": \"a\", \"check\": {\"model\": \"gpt-4\", \"operation\": \"classify\", \"metadata\": {}}, \"expect\": {\"outcome\": \"%s\"}}]"
        .formatted(outcome);
  }

  @Test
  void aNarrowerChangeIsInForceAtOnceAndAWiderOneWaits() {
    // A factor off: wider.
    var off = patch("external_model", false);
    expect(202, off);
    assertThat(check("{}").text("reason")).isEqualTo("external_model");
    var id = off.json().object("change").orElseThrow().text("id").orElseThrow();
    refused(confirm(admin, id), 403, "second_person_needed");

    // A forbid on: narrower. The change above was judged against what is no more.
    var on = expect(200, patch("allowed_models", true));
    assertThat(check("{}").number("policy_version")).isEqualTo(on.number("version"));
    assertThat(check("{}").text("reason")).isEqualTo("allowed_models");
    refused(confirm(second, id), 409, "base_moved");
    expect(200, http.post(second, "/v1/policy-changes/" + id + "/reject", ""));
    refused(confirm(second, id), 409, "change_decided");

    assertThat(expect(200, patch("allowed_models", true)).number("version"))
        .isEqualTo(on.number("version"));
    refused(patch("no_such", true), 404, "policy_not_found");
    var listed = expect(200, http.get(author, "/api/admin/policies"));
    assertThat(listed.json().items("policies"))
        .extracting(policy -> ((JsonObject) policy).text("id").orElseThrow())
        .contains("allowed_models", "base_permit");
    assertThat(listed.json().truth("violations_complete")).hasValue(true);
    assertThat(Instant.parse(listed.text("violations_since"))).isAfter(Instant.EPOCH);
  }

  private Answer patch(String policy, boolean enabled) {
    return http.patch(
        admin, "/api/admin/policies/" + policy, "{\"enabled\":%s}".formatted(enabled));
  }

  private Answer confirm(String key, String id) {
    return http.post(key, "/v1/policy-changes/" + id + "/confirm", "");
  }

  @Test
  void overridesAndValuesFollowTheSameRule() {
    expect(200, http.put(admin, "/v1/policy-values", "{\"max_risk_score\":40}"));
    var wider = expect(202, http.put(admin, "/v1/policy-values", "{\"max_risk_score\":90}"));
    assertThat(check("{}").json().truth("allowed")).hasValue(false);
    expect(
        200, confirm(author, wider.json().object("change").orElseThrow().text("id").orElseThrow()));
    assertThat(check("{}").json().truth("allowed")).hasValue(true);

    expect(
        200,
        http.put(
            author,
            "/v1/policy-overrides",
            "{\"overrides\":[{\"key\":\"external_model\",\"points\":95}]}"));
    assertThat(check("{}").json().truth("allowed")).hasValue(false);
    expect(202, http.put(author, "/v1/policy-overrides", "{\"overrides\":[]}"));
    refused(
        http.put(
            author,
            "/v1/policy-overrides",
            "{\"overrides\":[{\"key\":\"nothing\",\"enabled\":false}]}"),
        409,
        "override_of_nothing");
    assertThat(http.get(author, "/v1/policy-values").number("max_risk_score")).isEqualTo(90);
    assertThat(http.get(author, "/v1/policy-overrides").json().items("overrides")).hasSize(1);
  }

  @Test
  void aNameThatNothingCanHaveIsNotFound() {
    for (var path : List.of("/v1/models/%00", "/v1/operations/a%00b", "/v1/declarations/%00")) {
      assertThat(http.delete(admin, path).status()).as(path).isEqualTo(404);
    }
    refused(patch("%00", true), 404, "policy_not_found");
  }

  @Test
  void theRegistryIsReadByTheNextCheck() {
    var risk = key("risk", "model_risk");
    refused(
        http.put(author, "/v1/models/gpt-4", "{\"provider\":\"openai\",\"external\":false}"),
        403,
        "permission_denied");
    expect(200, http.put(risk, "/v1/models/gpt-4", "{\"provider\":\"openai\",\"external\":false}"));
    assertThat(check("{}").number("risk_score")).isEqualTo(20);
    expect(200, http.put(risk, "/v1/operations/classify", ""));
    assertThat(check("{}").number("risk_score")).isZero();

    refused(check("{\"team\":\"claims\"}"), 400, "invalid_request");
    expect(200, http.put(risk, "/v1/declarations/team", "{\"type\":\"string\",\"max_length\":10}"));
    expect(200, check("{\"team\":\"claims\"}"));
    refused(check("{\"team\":\"claims and more\"}"), 400, "invalid_request");
    refused(
        http.put(risk, "/v1/declarations/prompt", "{\"type\":\"string\"}"), 400, "invalid_request");

    // Slashes are part of a model's name, written or escaped.
    for (var name : List.of("meta-llama/Llama-3", "meta-llama%2FLlama-4")) {
      expect(
          200, http.put(risk, "/v1/models/" + name, "{\"provider\":\"meta\",\"external\":false}"));
    }
    var page = http.get(agent, "/v1/models?limit=2");
    assertThat(page.json().items("models")).hasSize(2);
    var rest =
        http.get(
            agent, "/v1/models?limit=2&cursor=" + page.text("next_cursor").replace("/", "%2F"));
    assertThat(rest.json().items("models"))
        .extracting(model -> ((JsonObject) model).text("name").orElseThrow())
        .containsExactly("meta-llama/Llama-4");

    expect(200, http.delete(risk, "/v1/models/gpt-4"));
    refused(http.delete(risk, "/v1/models/gpt-4"), 404, "model_not_found");
    assertThat(check("{}").text("reason")).isEqualTo("external_model");
  }

  @Test
  void aSetMayBeLargerThanOtherBodiesAndNoLarger() {
    var policies = new StringBuilder(BASE);
    for (int i = 0; i < 1_000; i++) {
      policies.append(
          ",{\"key\":\"p%d\",\"message\":\"%s\",\"effect\":\"forbid\",\"condition\":\"action.name == 'x%d'\"}"
              .formatted(i, "m".repeat(100), i));
    }
    expect(201, http.post(author, SETS, "{\"policies\":[%s]}".formatted(policies)));
    refused(http.post(author, SETS, " ".repeat(4 * 1024 * 1024) + "{}"), 413, "too_large");
    refused(http.post(agent, "/v1/check", " ".repeat(70_000) + "{}"), 413, "too_large");
  }

  @Test
  void anotherTenantsVersionIsNotThere() throws IOException {
    int version = draft("");
    var mine = author;
    newTenant();
    refused(http.get(author, SETS + "/" + version), 404, "policy_set_not_found");
    refused(on(author, version, "validate"), 404, "policy_set_not_found");
    refused(http.get(author, SETS + "/x"), 404, "policy_set_not_found");
    expect(200, http.delete(mine, SETS + "/" + version));
    refused(on(mine, version, "validate"), 409, "wrong_version_state");
  }
}
