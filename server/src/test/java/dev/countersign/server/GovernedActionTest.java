package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.NoteVerdict;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.Verdict;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.server.Http.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The life of a governed action over HTTP, along its story and against it.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class GovernedActionTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String LOAN = "/v1/workflows/loan_application";
  private Http http;
  private String agent;
  private String approver;
  private String observer;
  private String auditor;
  private String reader;
  private String admin;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    agent = http.key("replay_agent");
    approver = http.key("replay_reviewer1");
    observer = http.key("replay_observer");
    auditor = http.key("auditor");
    // One without a limit: the tests read more often than a person may.
    reader = http.key("replay_observer");
    admin = http.key("admin");
  }

  private record Proposed(String id, String caseId, String approval, String digest) {
    String decision(String decision) {
      return "{\"decision\":\"%s\",\"action_digest\":\"%s\"}".formatted(decision, digest);
    }

    String decisions() {
      return "/v1/approvals/" + approval + "/decisions";
    }
  }

  private String openCase(String key) {
    var answer =
        http.post(
            key,
            "/v1/cases",
            "{\"workflow\":\"loan_application\",\"reference\":\"T-%d\",\"attributes\":{\"amount\":5000}}"
                .formatted(NUMBER.incrementAndGet()));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.text("case_id");
  }

  private static String proposal(String caseId, int version, String type) {
    return "{\"case_id\":\"%s\",\"case_version\":%d,\"action\":{\"type\":\"%s\"}}"
        .formatted(caseId, version, type);
  }

  private Proposed propose() {
    return propose(openCase(agent));
  }

  private Proposed propose(String caseId) {
    var answer = http.post(agent, "/v1/proposals", proposal(caseId, 1, "advance"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return new Proposed(
        answer.text("proposal_id"),
        caseId,
        answer.json().object("approval").orElseThrow().text("id").orElseThrow(),
        answer.text("action_digest"));
  }

  private String state(Proposed proposed) {
    return http.get(reader, "/v1/proposals/" + proposed.id()).text("state");
  }

  private long entries(Proposed proposed, String action) {
    var found =
        http.get(
            reader,
            "/v1/ledger/entries?limit=100&correlation_id=" + proposed.id() + "&action=" + action);
    assertThat(found.status()).as(found.body()).isEqualTo(200);
    return found.json().items("entries").size();
  }

  private void refused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.raw().headers().firstValue("Content-Type"))
        .hasValue("application/problem+json");
    assertThat(answer.text("trace_id")).matches("[0-9a-f]{32}");
  }

  @Test
  void anActionTravelsItsWholeLife() {
    var proposed = propose();
    assertThat(state(proposed)).isEqualTo("pending");

    var decided = http.post(approver, proposed.decisions(), proposed.decision("approve"));
    assertThat(decided.status()).as(decided.body()).isEqualTo(200);
    assertThat(decided.text("proposal_state")).isEqualTo("executed");
    var execution = decided.json().object("execution").orElseThrow().text("id").orElseThrow();

    var outcome =
        http.post(observer, "/v1/executions/" + execution + "/outcome", "{\"success\":true}");
    assertThat(outcome.status()).as(outcome.body()).isEqualTo(201);

    var story = http.get(reader, "/v1/proposals/" + proposed.id());
    assertThat(story.json().object("outcome")).isPresent();
    assertThat(http.get(reader, "/v1/cases/" + proposed.caseId()).text("queue"))
        .isEqualTo("approved");
    assertThat(http.get(reader, "/v1/cases/" + proposed.caseId()).number("version")).isEqualTo(2);
    for (var action :
        new String[] {
          "proposal.created", "approval.granted", "execution.completed", "outcome.observed"
        }) {
      assertThat(entries(proposed, action)).as(action).isEqualTo(1);
    }
    var scopes = http.get(reader, "/v1/trust/scopes").json().items("scopes");
    assertThat(scopes).isNotEmpty();
  }

  @Test
  void ofSeveralDecisionsEachStandsAlone() {
    var first = propose();
    var second = propose();
    var third = propose();
    var stranger = second.decision("approve").replace(second.digest(), "0".repeat(64));
    var body =
        "{\"decisions\":[%s,%s,%s]}"
            .formatted(
                item(first, first.decision("approve")),
                item(second, stranger),
                item(third, third.decision("reject")));
    var answer =
        http.post(approver, "/v1/approvals/decisions", body, "Idempotency-Key", first.id());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(statuses(answer)).containsExactly(200.0, 409.0, 200.0);
    assertThat(state(first)).isEqualTo("executed");
    assertThat(state(second)).isEqualTo("pending");
    assertThat(state(third)).isEqualTo("rejected");
    var problem = ((JsonObject) answer.json().items("decisions").get(1)).object("problem");
    assertThat(problem.orElseThrow().text("code")).contains("digest_mismatch");

    var again = http.post(approver, "/v1/approvals/decisions", body, "Idempotency-Key", first.id());
    assertThat(statuses(again)).containsExactly(200.0, 409.0, 200.0);
    assertThat(again.json().items("decisions").getFirst())
        .isEqualTo(answer.json().items("decisions").getFirst());
    assertThat(entries(first, "approval.granted")).isEqualTo(1);
    var reused =
        http.post(
            approver,
            "/v1/approvals/decisions",
            body.replace("\"reject\"", "\"defer\""),
            "Idempotency-Key",
            first.id());
    refused(reused, 422, "idempotency_key_reused");
  }

  private String item(Proposed proposed, String decision) {
    var digest = http.get(approver, "/v1/approvals/" + proposed.approval()).text("approval_digest");
    return decision.replaceFirst(
        "\\{",
        "{\"approval_id\":\"%s\",\"approval_digest\":\"%s\","
            .formatted(proposed.approval(), digest));
  }

  private static List<Double> statuses(Answer answer) {
    return answer.json().items("decisions").stream()
        .map(each -> ((JsonObject) each).number("status").orElseThrow())
        .toList();
  }

  @Test
  void aReceiptAndAnExportVerifyOffline() throws IOException {
    var check = check(agent, "{}");
    var index = check.json().object("ticket").orElseThrow().number("log_index").orElseThrow();
    var key = VerifierKey.parse(http.get("", "/ledger/keys").body().strip());
    var receipt = http.get(reader, "/v1/ledger/entries/" + index.longValue() + "/proof");
    assertThat(Receipt.parse(receipt.body()).verify(key)).isInstanceOf(Verdict.Verified.class);

    var checkpoint = http.get("", "/ledger/checkpoint");
    assertThat(SignedNote.parse(checkpoint.body()).verify(List.of(key)))
        .isInstanceOf(NoteVerdict.Verified.class);

    var file = Files.createTempFile(Path.of("target"), "export", ".jsonl");
    Files.writeString(file, http.get(auditor, "/v1/ledger/export").body());
    var verdict = new ExportVerifier(TrustedKeys.of(key)).verify(file, (_, _) -> {});
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    assertThat(((Verdict.Verified) verdict).unproven()).isEmpty();

    var tile = http.get("", "/ledger/tile/0/000.p/1");
    assertThat(tile.status()).isEqualTo(200);
    assertThat(http.get("", "/ledger/tile/0/999").status()).isEqualTo(404);
  }

  private Answer check(String key, String metadata) {
    return http.post(
        key,
        "/v1/check",
        "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":%s}".formatted(metadata));
  }

  @Test
  void theTableOfTheCheckIsAnswered() {
    assertThat(check(agent, "{}").text("reason")).isEqualTo("ok");
    assertThat(check(agent, "{\"contains_personal_data\":true}").number("risk_score"))
        .isEqualTo(70);
    var external =
        http.post(
            agent,
            "/v1/check",
            "{\"model\":\"unknown\",\"operation\":\"classify\",\"metadata\":{\"contains_personal_data\":true}}");
    assertThat(external.number("risk_score")).isEqualTo(100);
    assertThat(external.text("outcome")).isEqualTo("forbid");
    assertThat(external.text("reason")).isEqualTo("contains_personal_data");
    var found =
        http.get(reader, "/v1/ledger/entries?correlation_id=" + external.text("decision_id"));
    var entry =
        ((JsonObject) found.json().items("entries").getFirst()).object("entry").orElseThrow();
    assertThat(entry.text("resource_id")).hasValue(external.text("decision_id"));
  }

  @Test
  void forbiddenContentIsNamedAndNeverStored() {
    var answer = check(agent, "{\"Prompt\":\"s3cr3t-content\"}");
    refused(answer, 400, "invalid_request");
    assertThat(answer.body()).contains("/metadata/Prompt").doesNotContain("s3cr3t-content");
    assertThat(http.get(auditor, "/v1/ledger/export").body()).doesNotContain("s3cr3t-content");
  }

  @Test
  void theShapeOfABodyIsHeldTo() {
    refused(http.post(agent, "/v1/check", "{\"model\":"), 400, "malformed_json");
    refused(
        http.post(agent, "/v1/check", "{\"model\":\"a\",\"model\":\"b\"}"), 400, "malformed_json");
    refused(http.post(agent, "/v1/check", " ".repeat(70_000)), 413, "too_large");
    var all = http.post(agent, "/v1/cases", "{\"workflow\":7,\"surplus\":1}");
    refused(all, 400, "invalid_request");
    assertThat(all.json().items("problems")).hasSize(2);
  }

  @Test
  void whoIsNotKnownOrNotAllowedChangesNothing() {
    refused(http.post("", "/v1/check", "{}"), 401, "unauthorized");
    refused(
        http.post("ck_0000000000000000." + "A".repeat(43), "/v1/check", "{}"), 401, "unauthorized");
    var wrong = agent.substring(0, agent.length() - 3) + "AAA";
    refused(http.post(wrong, "/v1/check", "{}"), 401, "unauthorized");
    var proposed = propose();
    refused(
        http.post(observer, proposed.decisions(), proposed.decision("approve")),
        403,
        "permission_denied");
    assertThat(state(proposed)).isEqualTo("pending");
  }

  @Test
  void whoProposedDoesNotApprove() {
    var both =
        http.post(
            admin, "/api/admin/keys", "{\"name\":\"both\",\"roles\":[\"agent\",\"reviewer\"]}");
    assertThat(both.status()).as(both.body()).isEqualTo(201);
    var key = both.text("key");
    var caseId = openCase(agent);
    var answer = http.post(key, "/v1/proposals", proposal(caseId, 1, "advance"));
    var approval = answer.json().object("approval").orElseThrow().text("id").orElseThrow();
    var proposed =
        new Proposed(answer.text("proposal_id"), caseId, approval, answer.text("action_digest"));
    refused(
        http.post(key, proposed.decisions(), proposed.decision("approve")),
        403,
        "proposer_may_not_approve");
    assertThat(state(proposed)).isEqualTo("pending");
    assertThat(entries(proposed, "approval.refused")).isEqualTo(1);
  }

  @Test
  void aChangedDigestASecondDecisionAndASecondOutcomeAreRefused() {
    var proposed = propose();
    var other = new Proposed(proposed.id(), proposed.caseId(), proposed.approval(), "0".repeat(64));
    refused(
        http.post(approver, other.decisions(), other.decision("approve")), 409, "digest_mismatch");
    assertThat(state(proposed)).isEqualTo("pending");
    var decided = http.post(approver, proposed.decisions(), proposed.decision("approve"));
    var second =
        http.post(http.key("replay_reviewer2"), proposed.decisions(), proposed.decision("reject"));
    assertThat(second.status()).isEqualTo(409);
    var path =
        "/v1/executions/"
            + decided.json().object("execution").orElseThrow().text("id").orElseThrow()
            + "/outcome";
    refused(http.post(agent, path, "{\"success\":true}"), 403, "permission_denied");
    assertThat(http.post(observer, path, "{\"success\":true}").status()).isEqualTo(201);
    refused(http.post(observer, path, "{\"success\":false}"), 409, "outcome_reported");
    assertThat(entries(proposed, "execution.completed")).isEqualTo(1);
  }

  @Test
  void aStaleCaseAndAnUndefinedTransitionAreRefused() {
    var caseId = openCase(agent);
    refused(http.post(agent, "/v1/proposals", proposal(caseId, 7, "advance")), 409, "stale_case");
    refused(
        http.post(agent, "/v1/proposals", proposal(caseId, 1, "teleport")),
        409,
        "undefined_transition");
    refused(
        http.post(
            agent, "/v1/proposals", proposal("01a201c0-33c1-7bbb-936e-019608926600", 1, "advance")),
        404,
        "case_not_found");
  }

  @Test
  void aRevokedGateWinsOverAnApprovalAlreadyAskedFor() {
    var proposed = propose();
    var revoked = http.post(admin, LOAN + "/gates/advance/revoke", "{\"reason\":\"test\"}");
    assertThat(revoked.status()).as(revoked.body()).isEqualTo(200);
    try {
      var blocked = http.post(approver, proposed.decisions(), proposed.decision("approve"));
      assertThat(blocked.status()).as(blocked.body()).isEqualTo(409);
      var fresh = http.post(agent, "/v1/proposals", proposal(openCase(agent), 1, "advance"));
      assertThat(fresh.status()).isEqualTo(409);
      assertThat(fresh.body()).contains("gate");
    } finally {
      http.post(admin, LOAN + "/gates/advance/authorize", "{\"reason\":\"test over\"}");
    }
    assertThat(entries(proposed, "execution.completed")).isZero();
    assertThat(http.post(approver, proposed.decisions(), proposed.decision("approve")).status())
        .isEqualTo(200);
  }

  @Test
  void aFreezeStopsEverythingInItsScope() {
    var proposed = propose();
    var set =
        http.post(
            admin,
            "/v1/freezes",
            "{\"scope\":\"action\",\"value\":\"advance\",\"reason\":\"test\"}");
    assertThat(set.status()).as(set.body()).isEqualTo(201);
    try {
      assertThat(http.post(approver, proposed.decisions(), proposed.decision("approve")).status())
          .isEqualTo(409);
    } finally {
      var lifted =
          http.post(
              admin, "/v1/freezes/" + set.text("freeze_id") + "/lift", "{\"reason\":\"over\"}");
      assertThat(lifted.status()).as(lifted.body()).isEqualTo(200);
    }
    assertThat(entries(proposed, "execution.completed")).isZero();
  }

  @Test
  void theSameIdempotencyKeyIsAnsweredOnce() {
    var body =
        "{\"workflow\":\"loan_application\",\"reference\":\"I-%d\"}"
            .formatted(NUMBER.incrementAndGet());
    var key = "k-" + NUMBER.incrementAndGet();
    var first = http.post(agent, "/v1/cases", body, "Idempotency-Key", key);
    var again = http.post(agent, "/v1/cases", body, "Idempotency-Key", key);
    assertThat(again.body()).isEqualTo(first.body());
    refused(
        http.post(
            agent, "/v1/cases", "{\"workflow\":\"loan_application\"}", "Idempotency-Key", key),
        422,
        "idempotency_key_reused");
  }

  @Test
  void manyApproveAtOnceAndOneDecides() {
    var proposed = propose();
    var decisions =
        IntStream.range(0, 8)
            .mapToObj(i ->
                CompletableFuture.supplyAsync(() ->
                    http.post(
                        http.key("replay_reviewer" + (1 + i % 2)),
                        proposed.decisions(),
                        proposed.decision("approve"))))
            .toList();
    var statuses =
        decisions.stream().map(CompletableFuture::join).map(Answer::status).sorted().toList();
    assertThat(statuses.getFirst()).isEqualTo(200);
    assertThat(statuses.subList(1, 8)).containsOnly(409);
    assertThat(entries(proposed, "approval.granted")).isEqualTo(1);
    assertThat(entries(proposed, "execution.completed")).isEqualTo(1);
  }

  @Test
  void aRevokedKeyIsRefusedFromTheNextCommitOn() {
    var made = http.post(admin, "/api/admin/keys", "{\"name\":\"short\",\"roles\":[\"agent\"]}");
    var key = made.text("key");
    assertThat(check(key, "{}").status()).isEqualTo(200);
    assertThat(http.delete(admin, "/api/admin/keys/" + made.text("id")).status()).isEqualTo(200);
    refused(check(key, "{}"), 401, "unauthorized");
    refused(http.get(key, "/v1/cases"), 401, "unauthorized");
  }

  @Test
  void theLimitOfAKeyIsKeptAndShown() {
    var made =
        http.post(
            admin,
            "/api/admin/keys",
            "{\"name\":\"slow\",\"roles\":[\"agent\"],\"limit\":1,\"burst\":2}");
    var key = made.text("key");
    assertThat(check(key, "{}").raw().headers().firstValue("RateLimit")).isPresent();
    check(key, "{}");
    var over = check(key, "{}");
    refused(over, 429, "rate_limited");
    assertThat(over.raw().headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void twoTenantsDoNotSeeEachOther() {
    var answer =
        http.post(
            http.key("platform"),
            "/v1/tenants",
            "{\"slug\":\"neighbour-%d\",\"name\":\"Neighbour\"}"
                .formatted(NUMBER.incrementAndGet()));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    var neighbour = ((JsonObject) answer.json().items("keys").getFirst()).text("key").orElseThrow();
    var proposed = propose();
    refused(http.get(neighbour, "/v1/cases/" + proposed.caseId()), 404, "case_not_found");
    refused(http.get(neighbour, "/v1/proposals/" + proposed.id()), 404, "proposal_not_found");
    assertThat(http.get(neighbour, "/v1/cases").json().items("cases")).isEmpty();
    assertThat(
            http.get(neighbour, "/v1/ledger/entries?correlation_id=" + proposed.id())
                .json()
                .items("entries"))
        .isEmpty();
    refused(http.get(neighbour, "/v1/ledger/entries/3"), 404, "entry_not_found");
    assertThat(http.get(neighbour, "/v1/ledger/export").body()).doesNotContain(http.tenant());
    // A standard tenant may not say when something happened.
    refused(
        http.post(
            neighbour,
            "/v1/cases",
            "{\"workflow\":\"x\",\"occurred_at\":\"2020-01-01T00:00:00Z\"}"),
        400,
        "invalid_request");
  }

  @Test
  void healthFiguresAndDocumentsAreOpen() {
    assertThat(http.get("", "/health/ready").status()).isEqualTo(200);
    assertThat(http.get("", "/health/ready").body()).contains("database", "ledger", "disk");
    assertThat(http.get("", "/metrics").body()).contains("countersign_ledger_entries");
    assertThat(http.get("", "/openapi.json").text("openapi")).startsWith("3.1.");
  }
}
