package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// AuthZEN's evaluation of one question over HTTP.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class AccessTest extends AccessQuestions {
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
  void aRequirementOfApprovalIsADenialThatNamesItsEvaluation() {
    var answer = asked(question("alice", "pay", "r1", "alice")).json();
    assertThat(decision(answer)).isFalse();
    var context = context(answer);
    assertThat(context.text("outcome")).hasValue("require_approval");
    assertThat(context.text("reason")).hasValue("payment_needs_a_person");
    assertThat(context.text("evaluation_id")).isEqualTo(context.text("decision_id"));
    assertThat(context.items("obligations")).hasSize(1);
    var offer = context.object("access_request").orElseThrow();
    assertThat(offer.text("endpoint").orElseThrow()).endsWith("/access/v1/requests");
    assertThat(offer.text("expires_at")).isPresent();
    // What no policy permits, people can't be asked for.
    var denied = asked(question("alice", "read", "r1", "bob")).json();
    assertThat(context(denied).member("access_request")).isEmpty();
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

  @Test
  void aKeyThatWasDeclaredJustNowIsKnownToTheNextQuestion() {
    var model = question("alice", "classify", "model", "m", JsonObject.EMPTY);
    var said =
        model.with(
            "context",
            Json.object().put("metadata", Json.object().put("team", "claims").build()).build());
    asked(model);
    assertThat(http.post(tenant.pep(), EVALUATION, said.toString()).status()).isEqualTo(400);
    var declared =
        http.put(
            tenant.admin(), "/v1/declarations/team", "{\"type\":\"string\",\"max_length\":10}");
    assertThat(declared.status()).as(declared.body()).isEqualTo(200);
    asked(said);
  }
}
