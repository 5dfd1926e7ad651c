package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.server.Http.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/// AuthZEN's Access Request and Approval Profile over HTTP: a denial that can be requested, people
/// who decide, and an evaluation that refers to what they said.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class AccessRequestTest extends AccessQuestions {
  private static final String REQUESTS = "/access/v1/requests";
  private static final String URN = "urn:openid:authzen:access-request:error:";

  private static JsonObject payment() {
    return question("alice", "pay", "r1", "alice")
        .with(
            "context", Json.object().put("cents", 500).put("time", "2026-11-22T08:00:00Z").build());
  }

  private static JsonObject submission(JsonObject question, Answer denied) {
    var context = question.object("context").orElse(JsonObject.EMPTY);
    return question
        .with("context", context.with("business_justification", Json.of("the customer waits")))
        .with("client", Json.object().put("id", "gateway").build())
        .with(
            "denial",
            Json.object()
                .put("evaluation_id", context(denied.json()).text("evaluation_id").orElseThrow())
                .put(
                    "expires_at",
                    context(denied.json())
                        .object("access_request")
                        .orElseThrow()
                        .text("expires_at")
                        .orElseThrow())
                .build());
  }

  private Answer submit(String key, JsonObject submission) {
    return http.post(key, REQUESTS, submission.toString());
  }

  private static String task(Answer submitted) {
    assertThat(submitted.status()).as(submitted.body()).isEqualTo(202);
    return submitted.json().object("task").orElseThrow().text("id").orElseThrow();
  }

  private JsonObject status(String task) {
    var answer = http.get(tenant.pep(), REQUESTS + "/" + task);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private Answer decide(String task, String decision) {
    var reviewer = tenant.reviewers().getFirst();
    var digest = http.get(reviewer, "/v1/approvals/" + task).text("action_digest");
    return http.post(
        reviewer,
        "/v1/approvals/" + task + "/decisions",
        "{\"decision\":\"%s\",\"action_digest\":\"%s\"}".formatted(decision, digest));
  }

  private static JsonObject referring(JsonObject question, JsonObject approval) {
    return question.with(
        "context", question.object("context").orElse(JsonObject.EMPTY).with("approval", approval));
  }

  private static void refused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.text("type")).isEqualTo(URN + code);
  }

  @Test
  void whatPeopleApproveIsPermittedForExactlyThat() {
    var denied = asked(payment());
    assertThat(decision(denied.json())).isFalse();
    var submitted = submit(tenant.pep(), submission(payment(), denied));
    var id = task(submitted);
    assertThat(submitted.raw().headers().firstValue("Location").orElseThrow())
        .endsWith(REQUESTS + "/" + id);
    assertThat(status(id).object("task").orElseThrow().text("status")).contains("pending");
    assertThat(status(id).members()).doesNotContainKey("result");

    var early = Json.object().put("id", id).build();
    assertThat(decision(asked(referring(payment(), early)).json())).as("not yet").isFalse();

    assertThat(decide(id, "approve").status()).isEqualTo(200);
    var completed = status(id);
    assertThat(completed.object("task").orElseThrow().text("status")).contains("approved");
    var result = completed.object("result").orElseThrow();
    assertThat(result.text("mode")).contains("reevaluate");
    var approval = result.object("approval").orElseThrow();

    var later =
        payment()
            .with(
                "context",
                Json.object().put("cents", 500).put("time", "2026-11-22T08:05:00Z").build());
    var permitted = asked(referring(later, approval));
    assertThat(decision(permitted.json())).as(permitted.body()).isTrue();
    assertThat(context(permitted.json()).object("approval").orElseThrow().text("id")).contains(id);
    assertThat(decision(asked(payment()).json())).as("without the reference").isFalse();
    var entry = entries(context(permitted.json()).text("correlation_id").orElseThrow()).getFirst();
    var details = entry.object("entry").orElse(entry).object("details").orElseThrow();
    assertThat(details.object("approved_by").orElseThrow().text("approval_id")).contains(id);

    var more = payment().with("context", Json.object().put("cents", 501).build());
    var another = asked(referring(more, approval));
    assertThat(decision(another.json())).as("another amount").isFalse();
    assertThat(context(another.json()).text("next_action")).contains("request");
    for (var other :
        new JsonObject[] {
          question("bob", "pay", "r1", "alice"),
          question("alice", "pay", "r2", "alice"),
          question("alice", "pay", "r1", "bob"),
          question("alice", "pay", "r1", "alice")
        }) {
      assertThat(decision(asked(referring(other, approval)).json())).as(other.toString()).isFalse();
    }
  }

  @Test
  void policiesGoBeforeApprovals() {
    var id = task(submit(tenant.pep(), submission(payment(), asked(payment()))));
    decide(id, "approve");
    var approval = status(id).object("result").orElseThrow().object("approval").orElseThrow();
    assertThat(decision(asked(referring(payment(), approval)).json())).isTrue();
    tenants.activate(
        tenant, 3, POLICIES.replace("\"effect\": \"require_approval\"", "\"effect\": \"forbid\""));
    var forbidden = asked(referring(payment(), approval));
    assertThat(decision(forbidden.json())).isFalse();
    assertThat(context(forbidden.json()).text("next_action")).contains("none");
  }

  @Test
  void whatIsRejectedIsDeniedAndPermitsNothing() {
    var id = task(submit(tenant.pep(), submission(payment(), asked(payment()))));
    decide(id, "reject");
    var answer = status(id);
    assertThat(answer.object("task").orElseThrow().text("status")).contains("denied");
    assertThat(answer.members()).doesNotContainKey("result");
    var reference =
        Json.object().put("id", id).put("approved_until", "2099-01-01T00:00:00Z").build();
    assertThat(decision(asked(referring(payment(), reference)).json())).isFalse();
  }

  @Test
  void onlyWhatWasEvaluatedCanBeRequestedByWhoEvaluated() {
    var denied = asked(payment());
    var submission = submission(payment(), denied);
    refused(
        submit(
            tenant.pep(),
            submission.with(
                "resource",
                question("alice", "pay", "r2", "alice").member("resource").orElseThrow())),
        400,
        "invalid_denial_binding");
    refused(
        submit(tenant.pep(), submission.with("context", Json.object().put("cents", 1).build())),
        400,
        "invalid_denial_binding");
    refused(
        submit(
            tenant.pep(),
            submission.with(
                "denial",
                Json.object()
                    .put("evaluation_id", "0198c0de-0000-7000-8000-000000000001")
                    .build())),
        400,
        "invalid_denial_binding");
    refused(
        submit(tenant.pep(), submission.with("denial", JsonObject.EMPTY)),
        400,
        "invalid_denial_binding");
    var stranger = tenants.create().pep();
    refused(submit(stranger, submission), 400, "invalid_denial_binding");
    var permitted = asked(question("alice", "read", "r1", "alice"));
    refused(
        submit(
            tenant.pep(),
            question("alice", "read", "r1", "alice")
                .with(
                    "denial",
                    Json.object()
                        .put(
                            "evaluation_id",
                            context(permitted.json()).text("evaluation_id").orElseThrow())
                        .build())),
        400,
        "not_requestable");
    var id = task(submit(tenant.pep(), submission));
    refused(http.get(stranger, REQUESTS + "/" + id), 404, "unknown_task");
    refused(http.get(tenant.pep(), REQUESTS + "/nothing"), 404, "unknown_task");
  }

  @Test
  void aRepetitionIsTheSameTaskAndAnotherBodyIsRefused() {
    var submission = submission(payment(), asked(payment()));
    var first = http.post(tenant.pep(), REQUESTS, submission.toString(), "Idempotency-Key", "k");
    var again = http.post(tenant.pep(), REQUESTS, submission.toString(), "Idempotency-Key", "k");
    assertThat(task(again)).isEqualTo(task(first));
    var other = submission(payment(), asked(payment()));
    refused(
        http.post(tenant.pep(), REQUESTS, other.toString(), "Idempotency-Key", "k"),
        409,
        "duplicate_request");
  }

  /// Who decides is not whom it is for, by the name or the id that the caller gives.
  @Test
  void nobodyApprovesWhatIsAskedForHim() {
    var reviewer = tenant.reviewers().getFirst();
    var question = question(reviewer.split("\\.", 2)[0], "pay", "r1", "alice");
    var id = task(submit(tenant.pep(), submission(question, asked(question))));
    var refused = decide(id, "approve");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("asker_may_not_approve");
  }

  @Test
  void theOfferIsPublished() {
    var metadata = http.get("", "/.well-known/authzen-configuration").json();
    assertThat(metadata.text("access_request_endpoint").orElseThrow()).endsWith(REQUESTS);
    assertThat(metadata.items("capabilities"))
        .containsExactly(Json.of("urn:openid:authzen:capability:access-request"));
  }
}
