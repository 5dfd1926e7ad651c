package dev.countersign.server.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import org.junit.jupiter.api.Test;

/// What [Contract] lets pass, and what not.
class ContractTest {
  private static final Contract CONTRACT = Contract.load();

  @Test
  void aProblemDocumentIsHeldToItsSchema() {
    var path = "/v1/cases/0198c0de-0000-7000-8000-000000000001";
    var good = problem(404, "4bf92f3577b34da6a3ce929d0e0e4736");
    CONTRACT.assertAnswer("GET", path, 404, "application/problem+json", good);
    CONTRACT.assertProblem(404, "application/problem+json;charset=utf-8", good);
    var untraced = problem(404, "");
    assertThatThrownBy(
            () -> CONTRACT.assertAnswer("GET", path, 404, "application/problem+json", untraced))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> CONTRACT.assertProblem(409, "application/problem+json", good))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void anAnswerThatTheDocumentDoesNotDescribeFails() {
    var entity = "{\"keys\":[]}";
    CONTRACT.assertAnswer("GET", "/api/admin/keys?limit=3", 200, "application/json", entity);
    assertRefused("GET", "/api/admin/keys", 201, "application/json", entity);
    assertRefused("PUT", "/api/admin/keys", 200, "application/json", entity);
    assertRefused("GET", "/api/admin/nothing", 200, "application/json", entity);
    assertRefused("GET", "/api/admin/keys", 200, "text/plain", entity);
    assertRefused("GET", "/api/admin/keys", 200, "application/json", "{}");
    assertRefused("GET", "/api/admin/keys", 200, "application/json", "{\"keys\":[],\"more\":1}");
  }

  @Test
  void aFieldThatNobodyDescribedFailsHoweverDeepItStands() {
    var key =
        "{\"id\":\"ck_0123456789abcdef\",\"name\":\"a\",\"roles\":[\"agent\"],\"networks\":[],\"site\":\"main\",\"request_count\":0,"
            + "\"state\":\"active\",\"created_at\":\"2026-11-01T00:00:00Z\","
            + "\"created_by\":\"api_key:ck_0123456789abcdef\"%s}";
    var known = "{\"keys\":[" + key.formatted("") + "]}";
    CONTRACT.assertAnswer("GET", "/api/admin/keys", 200, "application/json", known);
    var leaked = "{\"keys\":[" + key.formatted(",\"hash\":\"00\"") + "]}";
    assertRefused("GET", "/api/admin/keys", 200, "application/json", leaked);
    var untimed = known.replace("2026-11-01T00:00:00Z", "yesterday");
    assertRefused("GET", "/api/admin/keys", 200, "application/json", untimed);
  }

  @Test
  void aTilesPathSpansSegments() {
    assertThat(CONTRACT.operation("GET", "/ledger/tile/0/x001/067").text("operationId"))
        .isEqualTo("showTile");
    assertThatThrownBy(() -> CONTRACT.operation("GET", "/v1/cases/a/b"))
        .isInstanceOf(AssertionError.class);
  }

  private static void assertRefused(
      String method, String path, int status, String type, String body) {
    assertThatThrownBy(() -> CONTRACT.assertAnswer(method, path, status, type, body))
        .as("%s %s %d", method, path, status)
        .isInstanceOf(AssertionError.class);
  }

  private static String problem(int status, String traceId) {
    return Json.object()
        .put("type", "https://countersign.dev/problems/case_not_found")
        .put("title", "Not Found")
        .put("status", status)
        .put("code", "case_not_found")
        .put("detail", "there is no case")
        .put("trace_id", traceId)
        .build()
        .toString();
  }
}
