package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.Verdict;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.server.Http.Answer;
import dev.countersign.testkit.DatabaseSearch;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What was recorded through the API with a marked value stands nowhere in the database after its
/// entries were erased.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class ErasureReachTest {
  private static final String LOAN = "/v1/workflows/loan_application";

  private Http http;
  private String agent;
  private String approver;
  private String observer;
  private String auditor;
  private String admin;
  private String protection;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    agent = http.key("replay_agent");
    approver = http.key("replay_reviewer1");
    observer = http.key("replay_observer");
    admin = http.key("admin");
    // Keys of its own, so that those of the other tests keep their limits.
    auditor = key("auditor");
    protection = key("data_protection");
    admin = key("tenant_admin");
  }

  /// Keys were made; those of the other tests are known again after a call each.
  @AfterAll
  static void callWithEveryKey() throws IOException {
    var http = new Http();
    for (var name :
        List.of("replay_agent", "replay_reviewer1", "replay_observer", "auditor", "admin")) {
      done(http.get(http.key(name), "/v1/ledger/retention"));
    }
  }

  private String key(String role) {
    var made =
        http.post(
            admin,
            "/api/admin/keys",
            "{\"name\":\"for erasures\",\"roles\":[\"%s\"],\"limit\":100000,\"burst\":10000}"
                .formatted(role));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.text("key");
  }

  private static Answer done(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isBetween(200, 201);
    return answer;
  }

  private Answer erase(long index, String reason) {
    return http.delete(
        protection,
        "/v1/ledger/entries/" + index + "/content",
        "{\"reason\":\"%s\"}".formatted(reason));
  }

  private String openCase(String mark, String key) {
    return done(http.post(
            agent,
            "/v1/cases",
            "{\"workflow\":\"loan_application\",\"reference\":\"%1$s\",\"attributes\":{\"amount\":5000,\"name\":\"%1$s\"}}"
                .formatted(mark),
            "Idempotency-Key",
            key))
        .text("case_id");
  }

  private Answer propose(String mark, String caseId) {
    return propose(mark, caseId, 1);
  }

  private Answer propose(String mark, String caseId, long version) {
    return done(
        http.post(
            agent,
            "/v1/proposals",
            "{\"case_id\":\"%s\",\"case_version\":%d,\"action\":{\"type\":\"advance\",\"payload\":{\"note\":\"%s\"}},\"context\":{\"said\":\"%s\"}}"
                .formatted(caseId, version, mark, mark)));
  }

  private void decide(Answer proposed, String decision, String mark) {
    done(
        http.post(
            approver,
            "/v1/approvals/"
                + proposed.json().object("approval").orElseThrow().text("id").orElseThrow()
                + "/decisions",
            "{\"decision\":\"%s\",\"action_digest\":\"%s\",\"reason\":\"%s\"}"
                .formatted(decision, proposed.text("action_digest"), mark)));
  }

  /// The indexes of the entries that repeat the mark or belong to one of these actions.
  private List<Long> entries(String mark, String... correlations) {
    var found = new TreeSet<Long>();
    for (var correlation : correlations) {
      http.get(auditor, "/v1/ledger/entries?limit=100&correlation_id=" + correlation)
          .json()
          .items("entries")
          .forEach(entry -> found.add(index((JsonObject) entry)));
    }
    var cursor = "";
    while (true) {
      var page = http.get(auditor, "/v1/ledger/entries?limit=100" + cursor).json();
      page.items("entries").stream()
          .filter(entry -> entry.toString().contains(mark))
          .forEach(entry -> found.add(index((JsonObject) entry)));
      if (page.text("next_cursor").isEmpty()) {
        return List.copyOf(found);
      }
      cursor = "&cursor=" + page.text("next_cursor").get();
    }
  }

  private static long index(JsonObject entry) {
    return entry.number("log_index").orElseThrow().longValue();
  }

  private static List<String> rows(String mark) {
    return DatabaseSearch.rowsWith(BehindTheCurtain.database(), mark);
  }

  /// The execution, as long as it says what it changed.
  private static List<String> states(String execution) {
    return BehindTheCurtain.lines(
        "select execution_id from workflow.execution where execution_id = '%s' and (before <> '{}' or after <> '{}' or diff <> '[]')"
            .formatted(execution));
  }

  @Test
  void nothingOfAWholeLifeIsLeft() throws IOException {
    var mark = "zq" + System.nanoTime() + "marked";
    done(
        http.post(
            agent,
            "/v1/check",
            "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{},\"subject\":{\"type\":\"user\",\"id\":\"%1$s\",\"properties\":{\"name\":\"%1$s\"}}}"
                .formatted(mark)));
    var point = key("enforcement_point");
    done(
        http.post(
            point,
            "/access/v1/evaluation",
            "{\"subject\":{\"type\":\"user\",\"id\":\"%1$s\"},\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\",\"id\":\"%1$s\"},\"context\":{\"said\":\"%1$s\"}}"
                .formatted(mark)));
    done(
        http.put(
            admin,
            "/v1/entities/user/" + mark,
            "{\"properties\":{\"name\":\"%s\"}}".formatted(mark)));
    done(
        http.post(
            point,
            "/access/v1/search/subject",
            "{\"subject\":{\"type\":\"user\"},\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\",\"id\":\"%s\"}}"
                .formatted(mark)));

    var caseId = openCase(mark, "erasure-" + mark.hashCode());
    done(
        http.post(
            agent,
            "/v1/cases/" + caseId + "/tasks",
            "{\"type\":\"call\",\"title\":\"call %s\"}".formatted(mark)));
    done(
        http.post(
            agent,
            "/v1/cases/" + caseId + "/events",
            "{\"type\":\"letter\",\"data\":{\"said\":\"%s\"}}".formatted(mark)));
    var proposed = propose(mark, caseId);
    decide(proposed, "defer", mark);
    decide(proposed, "approve", mark);
    var proposal = proposed.text("proposal_id");
    var execution =
        http.get(auditor, "/v1/proposals/" + proposal)
            .json()
            .object("execution")
            .orElseThrow()
            .text("id")
            .orElseThrow();
    done(
        http.post(
            observer,
            "/v1/executions/" + execution + "/outcome",
            "{\"success\":false,\"observed_error\":\"%1$s\",\"source\":\"%1$s\"}".formatted(mark)));

    var reason = "{\"reason\":\"%s\"}".formatted(mark);
    var freeze =
        done(
            http.post(
                admin,
                "/v1/freezes",
                "{\"scope\":\"site\",\"value\":\"elsewhere\",\"reason\":\"%s\"}".formatted(mark)));
    done(http.post(admin, "/v1/freezes/" + freeze.text("freeze_id") + "/lift", reason));
    var gate = LOAN + "/gates/advance";
    done(http.post(admin, gate + "/revoke", reason));
    done(http.post(admin, gate + "/authorize", reason));
    var hold =
        done(
            http.post(
                admin,
                "/v1/ledger/holds",
                "{\"entries\":{\"first\":0,\"last\":0},\"reason\":\"%s\"}".formatted(mark)));
    done(http.delete(admin, "/v1/ledger/holds/" + hold.text("hold_id"), reason));

    assertThat(rows(mark))
        .as("recorded in several rooms; what the log says is sealed")
        .hasSizeGreaterThan(5)
        .noneMatch(row -> row.startsWith("ledger.entry"));
    assertThat(states(execution)).as("before and after say something").hasSize(1);
    var first = entries(mark, caseId, proposal);
    assertThat(first).hasSizeGreaterThan(10);
    var entity =
        first.stream()
            .map(index -> erase(index, mark))
            .filter(answer -> answer.status() != 200)
            .toList();
    assertThat(entity).as("the entity is in force").hasSize(1);
    assertThat(entity.getFirst().code()).isEqualTo("in_force");
    done(http.delete(admin, "/v1/entities/user/" + mark));
    // What was erased left entries with the same reason, and the entity its removal.
    entries(mark, caseId, proposal).forEach(index -> done(erase(index, "asked for")));

    assertThat(rows(mark)).isEmpty();
    assertThat(states(execution)).as("before and after are gone, too").isEmpty();
    whatIsLeftCanBeRead(proposed, caseId);
    assertThat(
            http.post(
                    agent,
                    "/v1/cases",
                    "{\"workflow\":\"loan_application\",\"attributes\":{}}",
                    "Idempotency-Key",
                    "erasure-" + mark.hashCode())
                .code())
        .isEqualTo("answer_erased");
    everythingVerifies(first.getFirst());
  }

  private void whatIsLeftCanBeRead(Answer proposed, String caseId) {
    var story = done(http.get(auditor, "/v1/proposals/" + proposed.text("proposal_id")));
    assertThat(story.text("state")).isEqualTo("executed");
    assertThat(story.json().object("action")).isEmpty();
    done(
        http.get(
            auditor,
            "/v1/approvals/"
                + proposed.json().object("approval").orElseThrow().text("id").orElseThrow()));
    assertThat(done(http.get(auditor, "/v1/cases/" + caseId)).text("reference")).isEqualTo(caseId);
    done(http.get(auditor, "/v1/cases/" + caseId + "/timeline"));
    done(http.get(auditor, "/v1/decisions?limit=100"));
    done(http.get(auditor, LOAN + "/gates"));
    done(http.get(auditor, "/v1/freezes"));
  }

  private void everythingVerifies(long erased) throws IOException {
    var key = VerifierKey.parse(http.get("", "/ledger/keys").body().strip());
    assertThat(done(http.get(auditor, "/v1/ledger/entries/" + erased)).json().object("erased"))
        .isPresent();
    var receipt = http.get(auditor, "/v1/ledger/entries/" + erased + "/proof");
    assertThat(Receipt.parse(receipt.body()).verify(key)).isInstanceOf(Verdict.Verified.class);
    var file = Files.createTempFile(Path.of("target"), "export", ".jsonl");
    Files.writeString(file, http.get(auditor, "/v1/ledger/export").body());
    var verdict = new ExportVerifier(TrustedKeys.of(key)).verify(file, (_, _) -> {});
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    assertThat(((Verdict.Verified) verdict).erased()).isGreaterThan(15);
  }

  @Test
  void pendingProposalEndsWithItsContent() {
    var mark = "zq" + System.nanoTime() + "pending";
    var caseId = openCase(mark, "erasure-" + mark.hashCode());
    var proposed = propose(mark, caseId);
    var created =
        http.get(
            auditor,
            "/v1/ledger/entries?action=proposal.created&correlation_id="
                + proposed.text("proposal_id"));
    done(erase(index((JsonObject) created.json().items("entries").getFirst()), "asked for"));
    assertThat(http.get(auditor, "/v1/proposals/" + proposed.text("proposal_id")).text("state"))
        .isEqualTo("superseded");
    var second = propose(mark, caseId);
    var opened =
        http.get(auditor, "/v1/ledger/entries?action=case.opened&correlation_id=" + caseId);
    done(erase(index((JsonObject) opened.json().items("entries").getFirst()), "asked for"));
    assertThat(http.get(auditor, "/v1/proposals/" + second.text("proposal_id")).text("state"))
        .as("the case's content was what it stood on")
        .isEqualTo("superseded");
  }

  @Test
  void whatACorrectionBroughtGoesWithItsEntry() {
    var mark = "zq" + System.nanoTime() + "corrected";
    var caseId = openCase("a" + System.nanoTime(), "erasure-" + mark.hashCode());
    // The workflow lists no attributes, so that a name may be anything.
    var body =
        "{\"case_version\":1,\"attributes\":{\"name\":\"%1$s\",\"%1$s\":1},\"reason\":\"%1$s\"}"
            .formatted(mark);
    done(http.patch(admin, "/v1/cases/" + caseId, body));
    var proposed = propose("b", caseId, 2);
    assertThat(rows(mark)).as("the case, its event, what the proposal kept").hasSizeGreaterThan(2);
    var corrected =
        http.get(auditor, "/v1/ledger/entries?action=case.corrected&correlation_id=" + caseId);
    done(erase(index((JsonObject) corrected.json().items("entries").getFirst()), "asked for"));
    assertThat(rows(mark)).isEmpty();
    assertThat(http.get(auditor, "/v1/proposals/" + proposed.text("proposal_id")).text("state"))
        .isEqualTo("superseded");
  }

  @Test
  void onlyWhoMayErasesAndWhatIsOnHoldStays() {
    var check =
        done(
            http.post(
                agent,
                "/v1/check",
                "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{}}"));
    long index = index(check.json().object("ticket").orElseThrow());
    var path = "/v1/ledger/entries/" + index + "/content";
    for (var other : List.of(admin, auditor, agent)) {
      // So that the key is known since the last change of keys.
      done(http.get(other, "/v1/ledger/retention"));
      assertThat(http.delete(other, path, "{\"reason\":\"r\"}").status()).isEqualTo(403);
    }
    var hold =
        done(
            http.post(
                admin,
                "/v1/ledger/holds",
                "{\"correlation_id\":\"%s\",\"reason\":\"proceedings\"}"
                    .formatted(check.text("decision_id"))));
    assertThat(erase(index, "r").code()).isEqualTo("on_hold");
    var lift = "/v1/ledger/holds/" + hold.text("hold_id");
    done(http.get(protection, "/v1/ledger/retention"));
    assertThat(http.delete(protection, lift, "{\"reason\":\"r\"}").status()).isEqualTo(403);
    done(http.delete(admin, lift, "{\"reason\":\"r\"}"));
    assertThat(done(http.get(auditor, "/v1/ledger/holds?limit=1")).body())
        .contains("\"active\":false");
    var erased = done(erase(index, "r"));
    assertThat(done(erase(index, "again")).json()).isEqualTo(erased.json());
    assertThat(erase(1_000_000_000L, "r").status()).isEqualTo(404);
    assertThat(http.delete(protection, path, "{}").status()).isEqualTo(400);
  }

  @Test
  void retentionIsSetByAction() {
    var before = done(http.get(auditor, "/v1/ledger/retention"));
    assertThat(before.body()).contains("\"decision.made\":90");
    done(
        http.put(
            protection,
            "/v1/ledger/retention",
            "{\"days\":{\"case.opened\":730,\"decision.made\":null}}"));
    assertThat(done(http.get(auditor, "/v1/ledger/retention")).json().toString())
        .isEqualTo("{\"days\":{\"case.opened\":730,\"decision.made\":null}}");
    assertThat(
            http.put(admin, "/v1/ledger/retention", "{\"days\":{\"hold.set\":5,\"x\":0}}").status())
        .isEqualTo(400);
    var mistyped = http.put(admin, "/v1/ledger/retention", "{\"days\":{\"case.opend\":5}}");
    assertThat(mistyped.status()).isEqualTo(400);
    assertThat(mistyped.body()).contains("no entry has the action `case.opend`", "`case.opened`");
    done(http.put(admin, "/v1/ledger/retention", "{\"days\":{}}"));
  }
}
