package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.policy.log.DecisionColumns;
import dev.countersign.server.Http.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The decision log over HTTP: what was asked is what is read, by whoever may.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class DecisionLogTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Http http;
  private String agent;
  private String auditor;
  private String auditorId;

  /// A tenant of its own for each test, with nothing decided yet.
  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    var tenant =
        http.post(
            http.key("platform"),
            "/v1/tenants",
            "{\"slug\":\"log-%d\",\"name\":\"Log\"}".formatted(NUMBER.incrementAndGet()));
    assertThat(tenant.status()).as(tenant.body()).isEqualTo(201);
    var admin = ((JsonObject) tenant.json().items("keys").getFirst()).text("key").orElseThrow();
    agent = key(admin, "agent");
    auditor = key(admin, "auditor");
    auditorId = auditor.split("\\.")[0];
  }

  private String key(String admin, String role) {
    var made =
        http.post(
            admin,
            "/api/admin/keys",
            "{\"name\":\"%s\",\"roles\":[\"%s\"],\"limit\":100000,\"burst\":1000}"
                .formatted(role, role));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.text("key");
  }

  private String check(String model, String operation, String metadata) {
    var body =
        Json.object()
            .put("model", model)
            .put("operation", operation)
            .put("metadata", JsonReader.readObject(metadata))
            .put("trace_id", "of the caller")
            .build();
    var answer = http.post(agent, "/v1/check", body.toString());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.text("decision_id");
  }

  private List<String> ids(String query) {
    return ids(get("/v1/decisions" + query), "decisions", "decision_id");
  }

  private static List<String> ids(Answer answer, String list, String member) {
    return answer.json().items(list).stream()
        .map(item -> ((JsonObject) item).text(member).orElseThrow())
        .toList();
  }

  private Answer get(String path) {
    var answer = http.get(auditor, path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static List<String> pointers(Answer answer) {
    return answer.json().items("problems").stream()
        .map(problem -> ((JsonObject) problem).text("pointer").orElseThrow())
        .toList();
  }

  @Test
  void aDecisionIsReadAsItWasAnswered() {
    var id = check("m", "classify", "{\"contains_personal_data\":true,\"intent\":\"triage\"}");
    var decision = get("/v1/decisions/" + id);
    assertThat(decision.text("outcome")).isEqualTo("forbid");
    assertThat(decision.json().truth("allowed")).hasValue(false);
    assertThat(decision.text("reason")).isEqualTo("contains_personal_data");
    assertThat(decision.text("key_id")).isEqualTo(agent.split("\\.")[0]);
    assertThat(decision.text("model")).isEqualTo("m");
    assertThat(decision.text("operation")).isEqualTo("classify");
    assertThat(decision.text("caller_trace_id")).isEqualTo("of the caller");
    assertThat(decision.text("trace_id")).matches("[0-9a-f]{32}");
    assertThat(decision.number("latency_micros")).isBetween(1L, 60_000_000L);
    assertThat(decision.json().object("request").orElseThrow().toString()).contains("triage");
    var entry = get(decision.text("entry_url"));
    assertThat(entry.number("log_index")).isEqualTo(decision.number("log_index"));
    assertThat(ids("")).containsExactly(id);
  }

  @Test
  void eachFilterFindsItsOwn() {
    var allowed = check("gpt-4", "classify", "{\"is_external_model\":false}");
    var personal = check("gpt-4", "classify", "{\"contains_personal_data\":true}");
    var odd = check("a \"model\" 50%", "write", "{\"intent\":\"classify\"}");
    var all = List.of(odd, personal, allowed);
    assertThat(ids("")).isEqualTo(all);
    assertThat(ids("?model=gpt-4")).containsExactly(personal, allowed);
    assertThat(ids("?model=" + encoded("a \"model\" 50%"))).containsExactly(odd);
    assertThat(ids("?operation=classify")).containsExactly(personal, allowed);
    assertThat(ids("?policy=contains_personal_data")).containsExactly(personal);
    assertThat(ids("?policy=never_seen")).isEmpty();
    assertThat(ids("?key=" + agent.split("\\.")[0])).isEqualTo(all);
    assertThat(ids("?key=" + auditorId)).isEmpty();
    assertThat(ids("?outcome=forbid&model=gpt-4")).contains(personal);
    assertThat(ids("?outcome=require_approval")).isEmpty();
    var time = get("/v1/decisions/" + personal).text("time");
    assertThat(ids("?from=" + time)).containsExactly(odd, personal);
    assertThat(ids("?to=" + time)).containsExactly(allowed);
    assertThat(ids("?from=" + time + "&to=" + get("/v1/decisions/" + odd).text("time")))
        .containsExactly(personal);
  }

  @Test
  void aTimeThatNoDatabaseTakesIsRefused() {
    for (var year : List.of("%2B999999999", "%2B300000", "-0001", "-999999999")) {
      for (var name : List.of("from", "to")) {
        var path = "/v1/decisions?" + name + "=" + year + "-01-01T00:00:00Z";
        assertThat(http.get(auditor, path).status()).as(path).isEqualTo(400);
      }
    }
  }

  @Test
  void pagesGoOnWhereTheyEndedWhateverIsAdded() {
    var made = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      made.addFirst(check("m", "op", "{}"));
    }
    var first = get("/v1/decisions?limit=2");
    var count = first.json().object("count").orElseThrow();
    assertThat(count.toString()).isEqualTo("{\"value\":5,\"exact\":true}");
    check("m", "op", "{}");
    var second = get("/v1/decisions?limit=2&cursor=" + first.text("next_cursor"));
    check("m", "op", "{}");
    var third = get("/v1/decisions?limit=2&cursor=" + second.text("next_cursor"));
    var seen = new ArrayList<String>();
    Stream.of(first, second, third)
        .forEach(page -> seen.addAll(ids(page, "decisions", "decision_id")));
    assertThat(seen).isEqualTo(made);
    assertThat(third.json().text("next_cursor")).isEmpty();
    assertThat(second.json().object("count")).isEmpty();
  }

  @Test
  void everythingThatIsWrongIsNamedAtOnce() {
    var wrong =
        http.get(
            auditor,
            "/v1/decisions?from=yesterday&to=2026-01-01&operation=%00&outcome=maybe&policy=A-B&limit=0&cursor=x"
                + "&model="
                + "m".repeat(201)
                + "&key="
                + "k".repeat(201));
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(pointers(wrong))
        .containsExactlyInAnyOrder(
            "from", "to", "model", "operation", "outcome", "key", "policy", "limit", "cursor");
    var reversed =
        http.get(auditor, "/v1/decisions?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z");
    assertThat(pointers(reversed)).containsExactly("to");
    var pages = http.get(auditor, "/api/admin/logs?page=0&page_size=101&operation=read&model=%00");
    assertThat(pointers(pages))
        .containsExactlyInAnyOrder("page", "page_size", "operation", "model");
    assertThat(pointers(http.get(auditor, "/api/admin/logs?page=101&page_size=100")))
        .containsExactly("page");
    var format = http.get(auditor, "/v1/decisions/export?format=xml&outcome=no");
    assertThat(pointers(format)).containsExactlyInAnyOrder("format", "outcome");
    var unknown = http.get(auditor, "/v1/decisions/export?format=xml&limit=1");
    assertThat(pointers(unknown)).as("an export has no pages").containsExactly("limit");
  }

  @Test
  void aCursorThatWasAlteredOrBelongsToAnotherListIsRefused() {
    check("m", "op", "{}");
    check("m", "op", "{}");
    var cursor = get("/v1/decisions?limit=1").text("next_cursor");
    var altered = (cursor.charAt(3) == 'A' ? "B" : "A") + cursor.substring(1);
    for (var path :
        List.of(
            "/v1/decisions?limit=1&cursor=" + altered,
            "/v1/decisions?limit=1&cursor=" + cursor + "A",
            "/v1/decisions?limit=1&outcome=permit&cursor=" + cursor)) {
      var answer = http.get(auditor, path);
      assertThat(answer.status()).as(path).isEqualTo(400);
      assertThat(pointers(answer)).containsExactly("cursor");
    }
  }

  @Test
  void anotherTenantsDecisionsAreNeverThere() {
    var id = check("m", "op", "{}");
    var demo = http.key("auditor");
    var missing = http.get(demo, "/v1/decisions/" + id);
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.code()).isEqualTo("decision_not_found");
    assertThat(http.get(demo, "/v1/decisions?limit=100").body()).doesNotContain(id);
    assertThat(http.get(demo, "/v1/decisions/export").body()).doesNotContain(id);
    assertThat(http.get(demo, "/api/admin/logs?page_size=100").body()).doesNotContain(id);
    assertThat(http.get(auditor, "/v1/decisions/not-an-id").status()).isEqualTo(404);
  }

  @Test
  void anExportHasARecordALineAndTheirNumberLast() {
    var first = check("m", "op", "{}");
    var second = check("m", "op", "{\"contains_personal_data\":true}");
    var lines = get("/v1/decisions/export").body().split("\n");
    assertThat(lines).hasSize(3);
    assertThat(lines[0]).contains(first);
    assertThat(JsonReader.read(lines[1], 64)).isEqualTo(get("/v1/decisions/" + second).json());
    var end = JsonReader.readObject(lines[2]).object("end").orElseThrow();
    assertThat(end.number("decisions")).hasValue(2.0);
    var entry =
        get("/v1/ledger/entries/" + end.number("export_log_index").orElseThrow().longValue());
    assertThat(entry.body()).contains("decision.exported").contains(auditorId);
    assertThat(get("/v1/decisions/export?policy=contains_personal_data").body())
        .contains(second)
        .doesNotContain(first);
    var none = get("/v1/decisions/export?outcome=require_approval").body();
    assertThat(none).startsWith("{\"end\":{\"decisions\":0,");
  }

  /// More than are held in memory at once, so that the seams show.
  @Test
  void aLongExportHasEachDecisionOnceInTheirOrder() {
    var made = new ArrayList<String>();
    for (int i = 0; i < 210; i++) {
      made.add(check("m" + i % 2, "op", "{}"));
    }
    var lines = get("/v1/decisions/export").body().split("\n");
    assertThat(Stream.of(lines).limit(210))
        .extracting(line -> ((JsonObject) JsonReader.read(line, 64)).text("decision_id"))
        .extracting(id -> id.orElse("none"))
        .isEqualTo(made);
    assertThat(lines[210]).startsWith("{\"end\":{\"decisions\":210,");
    var half = get("/v1/decisions/export?model=m1").body();
    assertThat(half).contains("{\"end\":{\"decisions\":105,").doesNotContain(made.get(0));
  }

  @Test
  void aTableHasAHeaderEvenOfNothingAndNoFormulas() {
    var empty = get("/v1/decisions/export?format=csv");
    assertThat(empty.body()).isEqualTo(String.join(",", DecisionColumns.HEADER) + "\r\n");
    assertThat(empty.raw().headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=\"decisions.csv\"");
    check("=1+2,\"x\"\r\nnext", "@sum", "{}");
    var rows =
        CsvReader.builder().ofCsvRecord(get("/v1/decisions/export?format=csv").body()).stream()
            .toList();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(1).getFields()).hasSameSizeAs(DecisionColumns.HEADER);
    assertThat(rows.get(1).getField(DecisionColumns.HEADER.indexOf("model")))
        .isEqualTo("'=1+2,\"x\"\r\nnext");
    assertThat(rows.get(1).getField(DecisionColumns.HEADER.indexOf("operation")))
        .isEqualTo("'@sum");
  }

  @Test
  void onlyAuditorsAndAdministratorsTakeTheLogAlong() {
    var refused = http.get(agent, "/v1/decisions/export");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(get("/v1/ledger/entries?action=decision.refused").json().items("entries"))
        .hasSize(1);
    assertThat(http.get(agent, "/v1/decisions").status()).isEqualTo(200);
  }

  @Test
  void dashboardsTurnPages() {
    var made = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      made.addFirst(check("m" + i % 2, "op", i == 2 ? "{\"contains_personal_data\":true}" : "{}"));
    }
    var second = get("/api/admin/logs?page=2&page_size=2");
    assertThat(ids(second, "logs", "id")).isEqualTo(made.subList(2, 4));
    assertThat(second.number("total")).isEqualTo(5);
    assertThat(second.number("total_pages")).isEqualTo(3);
    assertThat(second.json().truth("total_is_at_least")).hasValue(false);
    assertThat(ids(get("/api/admin/logs?page=9"), "logs", "id")).isEmpty();
    assertThat(ids(get("/api/admin/logs?model=m1"), "logs", "id"))
        .containsExactly(made.get(1), made.get(3));
    // Nothing is registered with a new tenant, so every model counts as external.
    assertThat(ids(get("/api/admin/logs?operation=blocked"), "logs", "id")).isEqualTo(made);
    assertThat(get("/api/admin/logs?operation=allowed").number("total_pages")).isZero();
  }

  @Test
  void dashboardsTellAllowedFromBlocked() {
    agent = http.key("replay_agent");
    auditor = agent;
    var allowed = check("gpt-4", "classify", "{}");
    var blocked = check("gpt-4", "classify", "{\"contains_personal_data\":true}");
    assertThat(ids(get("/api/admin/logs?operation=allowed&page_size=3"), "logs", "id"))
        .startsWith(allowed)
        .doesNotContain(blocked);
    assertThat(ids(get("/api/admin/logs?operation=blocked&page_size=3"), "logs", "id"))
        .startsWith(blocked)
        .doesNotContain(allowed);
    assertThat(ids("?outcome=permit&limit=1")).containsExactly(allowed);
  }
}
