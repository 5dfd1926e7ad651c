package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Finding a case by its reference, and what was proposed for it.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class CaseListsTest {
  private Http http;
  private String agent;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    agent = http.key("replay_agent");
  }

  private String open(String reference) {
    var answer =
        http.post(
            agent,
            "/v1/cases",
            "{\"workflow\":\"loan_application\",\"reference\":\"%s\",\"attributes\":{\"amount\":5000}}"
                .formatted(reference));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.text("case_id");
  }

  private List<String> ids(String path, String list, String member) {
    var answer = http.get(agent, path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().items(list).stream()
        .map(item -> ((JsonObject) item).text(member).orElseThrow())
        .toList();
  }

  @Test
  void aCaseIsFoundByItsReference() {
    var wanted = open("lists-1");
    open("lists-2");
    assertThat(ids("/v1/cases?reference=lists-1", "cases", "case_id")).containsExactly(wanted);
    assertThat(ids("/v1/cases?workflow=loan_application&reference=lists-1", "cases", "case_id"))
        .containsExactly(wanted);
    assertThat(ids("/v1/cases?workflow=other&reference=lists-1", "cases", "case_id")).isEmpty();
    assertThat(ids("/v1/cases?workflow=loan_application&limit=2", "cases", "case_id")).hasSize(2);
    var here = "/v1/cases?reference=lists-1";
    assertThat(ids(here + "&state=open&site=main&overdue=false", "cases", "case_id"))
        .containsExactly(wanted);
    for (var other : List.of("&state=held", "&site=elsewhere", "&queue=none", "&overdue=true")) {
      assertThat(ids(here + other, "cases", "case_id")).as(other).isEmpty();
    }
  }

  /// A mistyped filter that was ignored would show everything.
  @Test
  void aFilterThatIsNoneIsRefusedAndNamed() {
    var refused = http.get(agent, "/v1/cases?stat=open&limit=2");
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body())
        .contains("\"pointer\":\"stat\"", "unknown_parameter", "`site`, `state`");
    var twice = http.get(agent, "/v1/cases?state=open&state=held");
    assertThat(twice.status()).as(twice.body()).isEqualTo(400);
    assertThat(twice.body()).contains("\"pointer\":\"state\"", "duplicate");
    var onOne = http.get(agent, "/v1/proposals/" + new UUID(0, 1) + "?expand=all");
    assertThat(onOne.status()).as("before anything is looked for").isEqualTo(400);
    assertThat(http.get("", "/v1/cases?stat=open").status()).isEqualTo(401);
    assertThat(http.get(agent, "/api/admin/keys?stat=open").status()).isEqualTo(403);
    for (var fine : List.of("/v1/cases?", "/v1/cases?&limit=2")) {
      assertThat(http.get(agent, fine).status()).as(fine).isEqualTo(200);
    }
    // AuthZEN has receivers ignore what they do not know.
    var asked =
        "{\"subject\":{\"type\":\"user\",\"id\":\"a\"},\"action\":{\"name\":\"pay\"},\"resource\":{\"type\":\"case\",\"id\":\"1\"}}";
    var evaluated =
        http.post(http.key("enforcement_point"), "/access/v1/evaluation?trace=1", asked);
    assertThat(evaluated.status()).as(evaluated.body()).isEqualTo(200);
  }

  @Test
  void whatNestsTooDeepIsRefusedByItsPath() {
    for (int levels = 1; levels < 20; levels++) {
      var nested = "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
      var opened =
          http.post(
              agent,
              "/v1/cases",
              "{\"workflow\":\"loan_application\",\"reference\":\"deep-%d\",\"attributes\":%s}"
                  .formatted(levels, nested));
      assertThat(opened.status()).as(opened.body()).isEqualTo(levels <= 10 ? 201 : 400);
      assertThat(opened.body()).contains(levels <= 10 ? "case_id" : "/attributes");
      var proposed =
          http.post(
              agent,
              "/v1/proposals",
              "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"none\",\"payload\":%s}}"
                  .formatted(levels <= 10 ? opened.text("case_id") : "0".repeat(8), nested));
      assertThat(proposed.status()).as(proposed.body()).isBetween(400, 409);
      if (levels > 10) {
        assertThat(proposed.body()).contains("/action/payload");
      } else {
        assertThat(proposed.body()).doesNotContain("/action/payload");
      }
    }
    // Of the deepest that is accepted everything can be said, decided and shown.
    var deepest = "{\"a\":".repeat(10) + "1" + "}".repeat(10);
    var proposed =
        http.post(
            agent,
            "/v1/proposals",
            "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"advance\",\"payload\":%s},\"context\":%s}"
                .formatted(open("deep"), deepest, deepest));
    assertThat(proposed.status()).as(proposed.body()).isEqualTo(201);
  }

  @Test
  void theProposalsOfACaseAreListed() {
    var wanted = open("lists-3");
    var other = open("lists-4");
    var proposed =
        http.post(
            agent,
            "/v1/proposals",
            "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"advance\"}}"
                .formatted(wanted));
    assertThat(proposed.status()).as(proposed.body()).isEqualTo(201);
    assertThat(ids("/v1/proposals?case_id=" + wanted, "proposals", "proposal_id"))
        .containsExactly(proposed.text("proposal_id"));
    assertThat(ids("/v1/proposals?case_id=" + wanted, "proposals", "action_type"))
        .containsExactly("advance");
    assertThat(ids("/v1/proposals?case_id=" + other, "proposals", "proposal_id")).isEmpty();
  }

  @Test
  void everythingThatIsWrongIsNamedAtOnce() {
    var answer = http.get(agent, "/v1/proposals?limit=0&cursor=x");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("case_id").contains("limit").contains("cursor");
    var cases = http.get(agent, "/v1/cases?reference=%00&limit=0&state=shut&overdue=yes");
    assertThat(cases.body())
        .contains("\"reference\"")
        .contains("\"limit\"")
        .contains("\"state\"")
        .contains("\"overdue\"");
  }
}
