package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Entity;
import dev.countersign.server.AccessTenants.AccessTenant;
import dev.countersign.server.Http.Answer;
import dev.countersign.testkit.Property;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// AuthZEN's evaluations over HTTP, and what is known of entities.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class AccessTest {
  private static final String EVALUATION = "/access/v1/evaluation";
  private static final String EVALUATIONS = "/access/v1/evaluations";

  private static final String POLICIES =
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
  private Http http;
  private AccessTenant tenant;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    tenant = tenants.create();
    tenants.activate(tenant, 2, POLICIES);
  }

  private static JsonObject question(String subject, String action, String record, String owner) {
    return question(subject, action, "record", record, Json.object().put("owner", owner).build());
  }

  private static JsonObject question(
      String subject, String action, String type, String id, JsonObject properties) {
    return Json.object()
        .put("subject", Json.object().put("type", "user").put("id", subject).build())
        .put("action", Json.object().put("name", action).build())
        .put(
            "resource",
            Json.object().put("type", type).put("id", id).put("properties", properties).build())
        .build();
  }

  private Answer asked(JsonObject question) {
    var answer = http.post(tenant.pep(), EVALUATION, question.toString());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private static boolean decision(Json answer) {
    return ((JsonObject) answer).truth("decision").orElseThrow();
  }

  private static JsonObject context(Json answer) {
    return ((JsonObject) answer).object("context").orElseThrow();
  }

  private static String id(JsonObject context, String name) {
    return context.text(name).orElseThrow();
  }

  private List<JsonObject> entries(String correlation) {
    return http
        .get(tenant.auditor(), "/v1/ledger/entries?limit=100&correlation_id=" + correlation)
        .json()
        .items("entries")
        .stream()
        .map(each -> (JsonObject) each)
        .toList();
  }

  @Test
  void anEvaluationIsADecisionOnRecordWithAllThatPoliciesCouldRead() {
    var answer = asked(question("alice", "read", "r1", "alice"));
    assertThat(decision(answer.json())).isTrue();
    var context = context(answer.json());
    assertThat(context.text("reason")).hasValue("ok");
    assertThat(context.items("determining_policies")).containsExactly(Json.of("owners"));
    var entries = entries(id(context, "correlation_id"));
    assertThat(entries).hasSize(1);
    var body = entries.getFirst().object("entry").orElse(entries.getFirst());
    assertThat(body.text("action")).hasValue("decision.made");
    assertThat(body.text("resource_id")).isEqualTo(context.text("decision_id"));
    var request = body.object("details").flatMap(it -> it.object("request")).orElseThrow();
    assertThat(request.object("resource").orElseThrow().object("properties").orElseThrow())
        .isEqualTo(Json.object().put("owner", "alice").build());
    assertThat(request.object("context").orElseThrow().object("caller").orElseThrow().text("type"))
        .hasValue("api_key");
  }

  @Test
  void nothingIsPermittedThatNoPolicyPermits() {
    var answer = asked(question("alice", "read", "r1", "bob")).json();
    assertThat(decision(answer)).isFalse();
    assertThat(context(answer).text("reason")).hasValue("no_permit");
    var fresh = tenants.create();
    var unknown =
        http.post(fresh.pep(), EVALUATION, question("alice", "read", "r1", "alice").toString());
    assertThat(context(unknown.json()).text("reason")).hasValue("no_permit");
  }

  @Test
  void aModelIsJudgedAsACheckJudgesIt() {
    var fresh = tenants.create();
    var model =
        question("alice", "classify", "model", "nobody-knows-it", JsonObject.EMPTY)
            .with(
                "context",
                Json.object()
                    .put("metadata", Json.object().put("contains_personal_data", true).build())
                    .build());
    var answer = http.post(fresh.pep(), EVALUATION, model.toString());
    assertThat(decision(answer.json())).isFalse();
    assertThat(context(answer.json()).number("risk_score")).hasValue(100.0);
    assertThat(context(answer.json()).items("errored_policies")).isEmpty();
    var undeclared =
        model.with(
            "context",
            Json.object()
                .put("metadata", Json.object().put("nobody_declared_it", true).build())
                .build());
    assertThat(http.post(fresh.pep(), EVALUATION, undeclared.toString()).status()).isEqualTo(400);
  }

  @Test
  void whoAsksAndTheTenantsValuesAreNeverTakenFromTheBody() {
    var forged =
        question("alice", "probe", "probe", "p", JsonObject.EMPTY)
            .with(
                "context",
                Json.object()
                    .put("caller", Json.object().put("type", "root").build())
                    .put("tenant", Json.object().put("max_risk_score", 100).build())
                    .put("known", Json.object().put("subject", true).build())
                    .put("operation", Json.object().put("registered", true).build())
                    .build());
    var answer = asked(forged).json();
    assertThat(decision(answer)).as(answer.toString()).isTrue();
  }

  @Test
  void whatIsStoredWinsOverWhatIsDeclared() {
    var path = "/v1/entities/record/r%2F1";
    var put = http.put(tenant.admin(), path, "{\"properties\":{\"owner\":\"bob\"}}");
    assertThat(put.status()).as(put.body()).isEqualTo(200);
    assertThat(put.text("id")).isEqualTo("r/1");
    assertThat(decision(asked(question("alice", "read", "r/1", "alice")).json())).isFalse();
    assertThat(decision(asked(question("bob", "read", "r/1", "alice")).json())).isTrue();

    http.put(tenant.admin(), "/v1/entities/user/bob", "{\"properties\":{\"suspended\":true}}");
    var suspended = asked(question("bob", "read", "r/1", "bob")).json();
    assertThat(context(suspended).text("reason")).hasValue("suspended");
    var talked =
        question("bob", "read", "r/1", "bob")
            .with(
                "subject",
                Json.object()
                    .put("type", "user")
                    .put("id", "bob")
                    .put("properties", Json.object().put("suspended", false).build())
                    .build());
    assertThat(decision(asked(talked).json())).isFalse();
    assertThat(http.delete(tenant.admin(), "/v1/entities/user/bob").status()).isEqualTo(200);
    assertThat(decision(asked(question("bob", "read", "r/1", "bob")).json())).isTrue();
    assertThat(http.delete(tenant.admin(), "/v1/entities/user/bob").code())
        .isEqualTo("entity_not_found");
  }

  @Test
  void aRequirementOfApprovalIsADenialThatNamesItsEvaluation() {
    var answer = asked(question("alice", "pay", "r1", "alice")).json();
    assertThat(decision(answer)).isFalse();
    var context = context(answer);
    assertThat(context.text("outcome")).hasValue("require_approval");
    assertThat(context.text("reason")).hasValue("payment_needs_a_person");
    assertThat(context.text("evaluation_id")).isEqualTo(context.text("decision_id"));
    assertThat(context.items("obligations")).hasSize(1);
    // The profile forbids the offer while nothing takes requests.
    assertThat(context.member("access_request")).isEmpty();
  }

  @Test
  void membersThatTheStandardDoesNotNameAreIgnored() {
    var more = question("alice", "read", "r1", "alice").with("prompt", Json.of("whatever"));
    assertThat(decision(asked(more).json())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "{\"subject\":{\"type\":\"user\"},\"action\":{},\"resource\":{\"id\":\"1\"}}",
        "{\"subject\":\"alice\",\"action\":\"read\",\"resource\":[]}",
        "{\"subject\":{\"type\":\"u\",\"id\":1},\"action\":{\"name\":true},\"resource\":{\"type\":\"r\",\"id\":\"\"}}",
        "{\"subject\":{\"type\":\"u\",\"id\":\"1\"},\"action\":{\"name\":\"a\"},\"resource\":{\"type\":\"r\",\"id\":\"1\",\"properties\":[]}}",
        "{\"subject\":{\"type\":\"u\",\"id\":\"1\"},\"action\":{\"name\":\"a\"},\"resource\":{\"type\":\"r\",\"id\":\"1\"},\"context\":3}",
        "{\"subject\":{\"type\":\"u\",\"id\":\"1\"},\"action\":{\"name\":\"a\"},\"resource\":{\"type\":\"model\",\"id\":\"1\"},\"context\":{\"metadata\":1}}",
        "{\"subject\":{\"type\":\"u\",\"id\":\"1\"},\"subject\":{\"type\":\"u\",\"id\":\"2\"}}",
        "not json"
      })
  void whatCannotBeReadIsRefused(String body) {
    assertThat(http.post(tenant.pep(), EVALUATION, body).status()).isEqualTo(400);
    for (var kind : List.of("subject", "resource")) {
      assertThat(http.post(tenant.pep(), "/access/v1/search/" + kind, body).status())
          .as(kind)
          .isIn(400, 200);
    }
  }

  @Test
  void allProblemsAreNamedAtOnce() {
    var answer = http.post(tenant.pep(), EVALUATION, "{\"subject\":{\"id\":\"a\"},\"context\":1}");
    assertThat(answer.json().items("problems"))
        .extracting(problem -> ((JsonObject) problem).text("pointer").orElseThrow())
        .containsExactlyInAnyOrder("/subject/type", "/action", "/resource", "/context");
  }

  @Test
  void whatIsTooDeepOrTooLargeToRecordIsRefused() {
    var deep = "{\"a\":".repeat(11) + "1" + "}".repeat(11);
    var body = question("a", "read", "r", "a").toString();
    var nested = body.substring(0, body.length() - 1) + ",\"context\":" + deep + "}";
    assertThat(http.post(tenant.pep(), EVALUATION, nested).body()).contains("too_deep");
    var large =
        question("a", "read", "r", "a")
            .with("context", Json.object().put("a", "x".repeat(33 * 1024)).build());
    assertThat(http.post(tenant.pep(), EVALUATION, large.toString()).body()).contains("too_large");
    var fits =
        question("a", "read", "r", "a")
            .with("context", Json.object().put("a", "x".repeat(31 * 1024)).build());
    assertThat(decision(asked(fits).json())).isTrue();
    var huge = "{\"a\":\"" + "x".repeat(70 * 1024) + "\"}";
    assertThat(http.post(tenant.pep(), EVALUATION, huge).status()).isEqualTo(413);
  }

  @Test
  void onlyEnforcementPointsMayAsk() {
    var body = question("alice", "read", "r1", "alice").toString();
    for (var path : List.of(EVALUATION, EVALUATIONS, "/access/v1/search/action")) {
      assertThat(http.post("", path, body).status()).as(path).isEqualTo(401);
      assertThat(http.post(tenant.agent(), path, body).status()).as(path).isEqualTo(403);
    }
    assertThat(http.post(tenant.pep(), "/v1/check", body).status()).isEqualTo(403);
    assertThat(http.put(tenant.pep(), "/v1/entities/user/a", "{\"properties\":{}}").status())
        .isEqualTo(403);
  }

  @Test
  void aRequestsOwnNameIsGivenBackWithEveryAnswer() {
    var body = question("alice", "read", "r1", "alice").toString();
    var name = "bfe9eb29:abc/1";
    for (var key : List.of(tenant.pep(), tenant.agent(), "")) {
      for (var sent : List.of(body, "{}")) {
        var answer = http.post(key, EVALUATION, sent, "X-Request-ID", name);
        assertThat(answer.raw().headers().allValues("X-Request-ID"))
            .as("%d", answer.status())
            .containsExactly(name);
      }
    }
    var decided = http.post(tenant.pep(), EVALUATION, body, "X-Request-ID", name).json();
    var entry = entries(id(context(decided), "correlation_id")).getFirst();
    assertThat(entry.toString()).contains("\"trace_id\":\"" + name + "\"");
    var unfit = http.post(tenant.pep(), EVALUATION, body, "X-Request-ID", "a".repeat(201));
    assertThat(unfit.status()).isEqualTo(400);
  }

  private static JsonObject several(String semantic, List<? extends Json> questions) {
    return Json.object()
        .put("evaluations", Json.array(questions))
        .put("options", Json.object().put("evaluations_semantic", semantic).build())
        .build();
  }

  private List<Json> answers(JsonObject body) {
    var answer = http.post(tenant.pep(), EVALUATIONS, body.toString());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().items("evaluations");
  }

  private List<Boolean> decisions(JsonObject body) {
    return answers(body).stream().map(AccessTest::decision).toList();
  }

  @Test
  void aSemanticSaysWhenToStop() {
    var yes = question("alice", "read", "r1", "alice");
    var no = question("alice", "read", "r2", "bob");
    var mixed = List.of(yes, no, yes, no);
    assertThat(decisions(several("execute_all", mixed))).containsExactly(true, false, true, false);
    assertThat(decisions(several("deny_on_first_deny", mixed))).containsExactly(true, false);
    assertThat(decisions(several("permit_on_first_permit", mixed))).containsExactly(true);
    assertThat(decisions(several("permit_on_first_permit", List.of(no, no, yes, no))))
        .containsExactly(false, false, true);
    assertThat(decisions(several("deny_on_first_deny", List.of(yes, yes))))
        .containsExactly(true, true);
    var unsaid = Json.object().put("evaluations", Json.array(mixed)).build();
    assertThat(decisions(unsaid)).containsExactly(true, false, true, false);
  }

  @Test
  void eachThatWasAskedIsOnRecordAndNoOther() {
    var yes = question("alice", "read", "r1", "alice");
    var no = question("alice", "read", "r2", "bob");
    var answers = answers(several("deny_on_first_deny", List.of(yes, no, yes)));
    var recorded = entries(id(context(answers.getFirst()), "correlation_id"));
    assertThat(recorded).hasSize(2);
    var all = answers(several("execute_all", List.of(yes, no, yes)));
    assertThat(all)
        .extracting(each -> id(context(each), "correlation_id"))
        .containsOnly(id(context(all.getFirst()), "correlation_id"));
    assertThat(all).extracting(each -> id(context(each), "decision_id")).doesNotHaveDuplicates();
    assertThat(entries(id(context(all.getFirst()), "correlation_id"))).hasSize(3);
  }

  @Test
  void anItemsOwnMemberStandsForTheWholeDefault() {
    var body =
        question("alice", "read", "r1", "alice")
            .with(
                "evaluations",
                Json.array(
                    List.of(
                        JsonObject.EMPTY,
                        Json.object()
                            .put(
                                "resource",
                                Json.object().put("type", "record").put("id", "r1").build())
                            .build(),
                        Json.object()
                            .put(
                                "subject",
                                Json.object().put("type", "user").put("id", "bob").build())
                            .build(),
                        Json.object().put("subject", Json.NULL).build())));
    assertThat(decisions(body)).containsExactly(true, false, false, true);
  }

  @Test
  void oneThatCannotBeReadIsADenialAndDoesNotSpoilTheOthers() {
    var yes = question("alice", "read", "r1", "alice");
    var broken = Json.object().put("subject", Json.object().put("type", "user").build()).build();
    var answers = answers(several("execute_all", List.of(yes, broken, Json.of("x"), yes)));
    assertThat(answers.stream().map(AccessTest::decision))
        .containsExactly(true, false, false, true);
    var error = context(answers.get(1)).object("error").orElseThrow();
    assertThat(error.number("status")).hasValue(400.0);
    assertThat(error.text("message").orElseThrow())
        .contains("/subject/id")
        .contains("/action")
        .contains("/resource");
    assertThat(decisions(several("deny_on_first_deny", List.of(yes, broken, yes))))
        .containsExactly(true, false);
    assertThat(decisions(several("permit_on_first_permit", List.of(broken, yes))))
        .containsExactly(false, true);
  }

  @Test
  void withoutEvaluationsItIsAnEvaluation() {
    var one = question("alice", "read", "r1", "alice");
    for (var body : List.of(one, one.with("evaluations", Json.array(List.of())))) {
      var answer = http.post(tenant.pep(), EVALUATIONS, body.toString());
      assertThat(answer.status()).isEqualTo(200);
      assertThat(decision(answer.json())).isTrue();
      assertThat(answer.json().member("evaluations")).isEmpty();
    }
    assertThat(http.post(tenant.pep(), EVALUATIONS, "{}").status()).isEqualTo(400);
  }

  @Test
  void aCallThatIsWrongAsAWholeIsRefusedAsAWhole() {
    var yes = question("alice", "read", "r1", "alice");
    var refused =
        List.of(
            several("whenever", List.of(yes)),
            several(
                "execute_all", IntStream.range(0, 101).mapToObj(_ -> JsonObject.EMPTY).toList()),
            Json.object().put("evaluations", "all").build(),
            yes.with("evaluations", Json.array(List.of(yes))).with("options", Json.of("fast")),
            yes.with("context", Json.object().put("a", "x".repeat(20_000)).build())
                .with(
                    "evaluations",
                    Json.array(IntStream.range(0, 50).mapToObj(_ -> JsonObject.EMPTY).toList())));
    for (var body : refused) {
      var answer = http.post(tenant.pep(), EVALUATIONS, body.toString());
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    }
    assertThat(
            decisions(several("execute_all", IntStream.range(0, 100).mapToObj(_ -> yes).toList())))
        .hasSize(100)
        .containsOnly(true);
  }

  @Test
  void askingAllAtOnceIsAskingOneByOne() {
    tenants.store(
        tenant,
        List.of(
            new Entity("record", "r1", Json.object().put("owner", "alice").build()),
            new Entity("user", "carol", Json.object().put("suspended", true).build())));
    Property.holdsFor(
        8,
        random -> {
          var questions = new ArrayList<JsonObject>();
          for (int i = random.nextInt(1, 10); i > 0; i--) {
            questions.add(
                question(
                    pick(random, "alice", "bob", "carol"),
                    pick(random, "read", "pay"),
                    pick(random, "r1", "r2"),
                    pick(random, "alice", "bob", "carol")));
          }
          var atOnce = decisions(several("execute_all", questions));
          assertThat(atOnce)
              .isEqualTo(questions.stream().map(each -> decision(asked(each).json())).toList());
          int deny = atOnce.indexOf(false);
          assertThat(decisions(several("deny_on_first_deny", questions)))
              .isEqualTo(deny < 0 ? atOnce : atOnce.subList(0, deny + 1));
          int permit = atOnce.indexOf(true);
          assertThat(decisions(several("permit_on_first_permit", questions)))
              .isEqualTo(permit < 0 ? atOnce : atOnce.subList(0, permit + 1));
        });
  }

  private static String pick(RandomGenerator random, String... words) {
    return words[random.nextInt(words.length)];
  }

  @Test
  void entitiesAreListedByTypeAndBelongToTheirTenant() {
    for (var id : List.of("b", "a", "C", "ü")) {
      tenants.store(tenant, List.of(new Entity("user", id)));
    }
    tenants.store(tenant, List.of(new Entity("other", "x")));
    var first = http.get(tenant.admin(), "/v1/entities?type=user&limit=2").json();
    assertThat(ids(first)).containsExactly("C", "a");
    var cursor = first.text("next_cursor").orElseThrow();
    var second =
        http.get(tenant.auditor(), "/v1/entities?type=user&limit=2&cursor=" + cursor).json();
    assertThat(ids(second)).containsExactly("b", "ü");
    assertThat(second.member("next_cursor")).isEmpty();
    assertThat(http.get(tenant.admin(), "/v1/entities").status()).isEqualTo(400);
    assertThat(http.get(tenant.admin(), "/v1/entities/user/a").status()).isEqualTo(200);
    var stranger = tenants.create();
    assertThat(http.get(stranger.admin(), "/v1/entities/user/a").status()).isEqualTo(404);
    assertThat(http.delete(stranger.admin(), "/v1/entities/user/a").status()).isEqualTo(404);
    assertThat(ids(http.get(stranger.admin(), "/v1/entities?type=user").json())).isEmpty();
  }

  private static List<String> ids(JsonObject page) {
    return page.items("entities").stream()
        .map(each -> ((JsonObject) each).text("id").orElseThrow())
        .toList();
  }

  @Test
  void anEntityIsBounded() {
    var path = "/v1/entities/user/a";
    for (var body :
        List.of(
            "{}",
            "{\"properties\":1}",
            "{\"properties\":{},\"more\":1}",
            "{\"properties\":{\"a\":\"" + "x".repeat(9 * 1024) + "\"}}",
            "{\"properties\":" + "{\"a\":".repeat(11) + "1" + "}".repeat(12))) {
      assertThat(http.put(tenant.admin(), path, body).status()).as(body).isEqualTo(400);
    }
    var long301 = "a".repeat(301);
    assertThat(
            http.put(tenant.admin(), "/v1/entities/user/" + long301, "{\"properties\":{}}")
                .status())
        .isEqualTo(400);
    assertThat(http.put(tenant.admin(), "/v1/entities/user/%00", "{\"properties\":{}}").status())
        .isEqualTo(400);
    assertThat(http.get(tenant.admin(), "/v1/entities/user/" + long301).status()).isEqualTo(404);
  }

  @Test
  void theLargestOfAllFitsIntoItsRecord() {
    var properties = Json.object().put("a", "x".repeat(8_000)).build();
    tenants.store(
        tenant,
        List.of(new Entity("user", "big", properties), new Entity("record", "big", properties)));
    var large =
        question("big", "read", "big", "big")
            .with("context", Json.object().put("a", "x".repeat(31 * 1024)).build());
    assertThat(decision(asked(large).json())).isTrue();
  }

  @Test
  void theMetadataNamesTheAddressesAndNeedsNoCredential() {
    var forged = http.get("", "/.well-known/authzen-configuration");
    assertThat(forged.status()).isEqualTo(200);
    var base = forged.text("policy_decision_point");
    assertThat(base).startsWith("http://localhost:");
    assertThat(forged.text("access_evaluation_endpoint")).isEqualTo(base + EVALUATION);
    assertThat(forged.text("access_evaluations_endpoint")).isEqualTo(base + EVALUATIONS);
    assertThat(forged.raw().headers().firstValue("Cache-Control")).hasValue("public, max-age=3600");
  }
}
