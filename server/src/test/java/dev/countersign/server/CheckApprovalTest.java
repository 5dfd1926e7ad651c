package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.server.AccessTenants.AccessTenant;
import dev.countersign.server.Http.Answer;
import dev.countersign.server.database.Databases;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The approval that a check requires, as an agent and the people around it meet it.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class CheckApprovalTest {
  private static final int AT_ONCE = 100;

  @Inject AccessTenants tenants;

  @Inject Databases databases;

  private Http http;
  private AccessTenant tenant;
  private int version = 1;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    tenant = tenants.create();
    exports("require_approval");
  }

  /// Puts policies into force that permit everything, except that exports have that effect.
  private void exports(String effect) {
    version++;
    tenants.activate(
        tenant,
        version,
        """
        {"policies": [
          {"key": "all", "description": "", "message": "permitted", "effect": "permit", "condition": "true"},
          {"key": "exports", "description": "", "message": "an export", "effect": "%s", "condition": "true",
           "applies_to": {"operations": ["export"]}}]}
        """
            .formatted(effect));
  }

  private static String check(String operation, int rows) {
    return "{\"model\":\"gpt-4\",\"operation\":\"%s\",\"metadata\":{\"row_count\":%d}}"
        .formatted(operation, rows);
  }

  private Answer ask(String key, int rows) {
    var answer = http.post(key, "/v1/check", check("export", rows));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.text("outcome")).isEqualTo("require_approval");
    return answer;
  }

  private static String approval(Answer checked) {
    return checked.json().object("approval").orElseThrow().text("id").orElseThrow();
  }

  private Answer card(String key, String approval) {
    return http.get(key, "/v1/approvals/" + approval);
  }

  private Answer decide(String key, String approval, String decision) {
    return decide(key, approval, decision, card(tenant.agent(), approval).text("action_digest"));
  }

  private Answer decide(String key, String approval, String decision, String digest) {
    return http.post(
        key,
        "/v1/approvals/" + approval + "/decisions",
        "{\"decision\":\"%s\",\"action_digest\":\"%s\"}".formatted(decision, digest));
  }

  private List<JsonObject> inbox(String key) {
    var answer = http.get(key, "/v1/approvals?limit=100");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().items("approvals").stream().map(each -> (JsonObject) each).toList();
  }

  private List<String> actions(String query) {
    return http
        .get(tenant.auditor(), "/v1/ledger/entries?limit=100&" + query)
        .json()
        .items("entries")
        .stream()
        .map(each -> ((JsonObject) each).object("entry").orElse((JsonObject) each))
        .map(each -> each.text("action").orElseThrow())
        .toList();
  }

  private static void refused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
  }

  @Test
  void aPersonAgreesAndTheAskerSeesIt() {
    var checked = ask(tenant.agent(), 7);
    assertThat(checked.json().truth("allowed")).contains(false);
    var approval = approval(checked);
    assertThat(checked.json().object("approval").orElseThrow().text("url").orElseThrow())
        .startsWith("http")
        .endsWith("/v1/approvals/" + approval);
    assertThat(card(tenant.agent(), approval).text("state")).isEqualTo("pending");
    refused(decide(tenant.agent(), approval, "approve"), 403, "permission_denied");

    var reviewer = tenant.reviewers().getFirst();
    assertThat(inbox(reviewer))
        .singleElement()
        .satisfies(line -> {
          assertThat(line.text("id")).contains(approval);
          assertThat(line.text("model")).contains("gpt-4");
          assertThat(line.text("operation")).contains("export");
        });
    var shown = card(reviewer, approval).json();
    assertThat(
            shown
                .object("request")
                .flatMap(request -> request.object("context"))
                .flatMap(context -> context.object("metadata"))
                .flatMap(metadata -> metadata.number("row_count")))
        .contains(7.0);

    var decided = decide(reviewer, approval, "approve");
    assertThat(decided.status()).as(decided.body()).isEqualTo(200);
    assertThat(decided.text("state")).isEqualTo("approved");
    assertThat(card(tenant.agent(), approval).text("state")).isEqualTo("approved");
    assertThat(inbox(reviewer)).isEmpty();
    refused(decide(reviewer, approval, "approve"), 409, "already_decided");
    assertThat(actions("correlation_id=" + checked.text("correlation_id")))
        .contains("decision.made", "approval.requested", "approval.granted", "approval.refused");
    assertThat(approval(ask(tenant.agent(), 7))).as("asked anew").isNotEqualTo(approval);
  }

  @Test
  void whoAskedDoesNotDecideAlthoughHeIsAReviewer() {
    var both = tenant.reviewers().getLast();
    var checked = ask(both, 7);
    refused(decide(both, approval(checked), "approve"), 403, "asker_may_not_approve");
    assertThat(actions("correlation_id=" + checked.text("correlation_id")))
        .containsOnlyOnce("approval.refused");
    assertThat(card(both, approval(checked)).text("state")).isEqualTo("pending");
  }

  @Test
  void aWrongDigestAndAnotherTenantGetNowhere() {
    var approval = approval(ask(tenant.agent(), 7));
    var reviewer = tenant.reviewers().getFirst();
    refused(decide(reviewer, approval, "approve", "0".repeat(64)), 409, "digest_mismatch");
    var digest = card(reviewer, approval).text("action_digest");
    var stranger = tenants.create().reviewers().getFirst();
    refused(card(stranger, approval), 404, "approval_not_found");
    refused(decide(stranger, approval, "approve", digest), 404, "approval_not_found");
    assertThat(inbox(stranger)).isEmpty();
    assertThat(card(reviewer, approval).text("state")).isEqualTo("pending");
  }

  @Test
  void aPolicyThatForbidsMeanwhileEndsTheRequest() {
    var checked = ask(tenant.agent(), 7);
    exports("forbid");
    refused(
        decide(tenant.reviewers().getFirst(), approval(checked), "approve"), 409, "policy_forbids");
    assertThat(card(tenant.agent(), approval(checked)).text("state")).isEqualTo("superseded");
    assertThat(actions("correlation_id=" + checked.text("correlation_id")))
        .contains("approval.superseded", "approval.refused")
        .doesNotContain("approval.granted");
    var now = http.post(tenant.agent(), "/v1/check", check("export", 7));
    assertThat(now.text("outcome")).isEqualTo("forbid");
  }

  @Test
  void theSameQuestionAHundredTimesAtOnceIsOneItemInTheInbox() throws Exception {
    var answers = new ArrayList<Future<String>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < AT_ONCE; i++) {
        answers.add(threads.submit(() -> approval(ask(tenant.agent(), 7))));
      }
    }
    var ids = new ArrayList<String>();
    for (var answer : answers) {
      ids.add(answer.get());
    }
    assertThat(ids).hasSize(AT_ONCE);
    assertThat(ids.stream().distinct()).hasSize(1);
    assertThat(inbox(tenant.reviewers().getFirst())).hasSize(1);
    assertThat(actions("action=approval.requested")).hasSize(1);
  }

  @Test
  void ifNobodyCanBeAskedThereIsNoAnswerThatSaysSo() throws SQLException {
    try (var connection = databases.single(DatabaseRole.OWNER).getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table workflow.approval_request in access exclusive mode");
      var failed = http.post(tenant.agent(), "/v1/check", check("export", 7));
      assertThat(failed.status()).as(failed.body()).isEqualTo(503);
      assertThat(failed.raw().headers().firstValue("Retry-After")).isPresent();
      assertThat(failed.json().member("outcome")).isEmpty();
      var permitted = http.post(tenant.agent(), "/v1/check", check("classify", 7));
      assertThat(permitted.text("outcome")).as("others wait for nobody").isEqualTo("permit");
      connection.rollback();
    }
    assertThat(actions("action=decision.made")).as("what was decided is recorded").hasSize(2);
    assertThat(inbox(tenant.reviewers().getFirst())).isEmpty();
    var later = ask(tenant.agent(), 7);
    assertThat(card(tenant.agent(), approval(later)).text("decision_id"))
        .isEqualTo(later.text("decision_id"));
  }

  @Test
  void otherOutcomesAndOtherWaysOfAskingAskNobody() {
    var permitted = http.post(tenant.agent(), "/v1/check", check("classify", 7));
    assertThat(permitted.json().member("approval")).isEmpty();
    exports("forbid");
    var forbidden = http.post(tenant.agent(), "/v1/check", check("export", 7));
    assertThat(forbidden.json().member("approval")).isEmpty();
    exports("require_approval");
    var evaluated =
        http.post(
            tenant.pep(),
            "/access/v1/evaluation",
            AccessQuestions.question("alice", "export", "r1", "alice").toString());
    assertThat(evaluated.json().truth("decision")).contains(false);
    assertThat(evaluated.json().object("context").orElseThrow().text("outcome"))
        .contains("require_approval");
    assertThat(actions("action=approval.requested")).isEmpty();
    assertThat(inbox(tenant.reviewers().getFirst())).isEmpty();
  }
}
