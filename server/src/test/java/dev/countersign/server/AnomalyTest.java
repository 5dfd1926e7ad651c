package dev.countersign.server;

import static dev.countersign.server.GovernedTenants.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.server.GovernedTenants.GovernedTenant;
import dev.countersign.server.Http.Answer;
import dev.countersign.server.database.Databases;
import dev.countersign.testkit.Await;
import dev.countersign.trust.usecase.JudgeHours;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The life of an alarm over HTTP, along its table and against it.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class AnomalyTest {
  private static final String LIST = "/v1/trust/anomalies";

  @Inject GovernedTenants tenants;
  @Inject Databases databases;
  @Inject JudgeHours hours;

  private Http http;
  private GovernedTenant tenant;
  private String admin;
  private String reader;

  @BeforeEach
  void anHourUnlikeTheOthers() throws IOException, SQLException {
    http = new Http();
    tenant = tenants.create();
    admin = tenant.as(Roles.TENANT_ADMIN);
    reader = tenant.as(Roles.AUDITOR);
    GovernedTenants.workflow(http, tenant);
    var opened =
        expect(201, http.post(tenant.as(Roles.AGENT), "/v1/cases", "{\"workflow\":\"claim\"}"));
    var body =
        "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"pay\"}}"
            .formatted(opened.text("case_id"));
    expect(201, http.post(tenant.as(Roles.AGENT), "/v1/proposals", body));
    try (var superuser = Superuser.connect(databases)) {
      UnusualHour.of(superuser, tenant.id().value());
    }
    hours.judge(tenant.id());
    // The server's own job may have been faster.
    Await.until("the alarm", Duration.ofSeconds(20), () -> !listed("").isEmpty());
  }

  private List<Json> listed(String query) {
    return expect(200, http.get(reader, LIST + query)).json().items("anomalies");
  }

  private List<Json> alarms(String scope) {
    return expect(200, http.get(reader, scope)).json().items("alarms");
  }

  private String raised() {
    return LIST + "/" + ((JsonObject) listed("").getFirst()).text("anomaly_id").orElseThrow();
  }

  private Answer move(String key, String path, String to, String... headers) {
    return http.post(key, path + "/state", "{\"to\":\"" + to + "\"}", headers);
  }

  private List<String> actions(String path) {
    var id = path.substring(path.lastIndexOf('/') + 1);
    return http
        .get(reader, "/v1/ledger/entries?limit=100&correlation_id=" + id)
        .json()
        .items("entries")
        .reversed()
        .stream()
        .map(entry ->
            ((JsonObject) entry).object("entry").orElseThrow().text("action").orElseThrow())
        .toList();
  }

  @Test
  void anAlarmTravelsItsWholeLife() {
    var path = raised();
    var alarm = expect(200, http.get(reader, path)).json();
    assertThat(alarm.text("kind")).contains("rejection_spike");
    assertThat(alarm.text("state")).contains("raised");
    assertThat(alarm.truth("lowers")).contains(true);
    assertThat(alarm.text("lowers_until")).isPresent();
    assertThat(alarm.object("scope").orElseThrow().text("action_type")).contains("pay");
    var scope = "/v1/trust/scopes/" + alarm.text("scope_id").orElseThrow();
    var shown = (JsonObject) alarms(scope).getFirst();
    assertThat(shown.text("anomaly_id")).isEqualTo(alarm.text("anomaly_id"));
    assertThat(shown.text("lowers_until")).isEqualTo(alarm.text("lowers_until"));

    var key = new String[] {"Idempotency-Key", "once"};
    var first = expect(200, move(admin, path, "acknowledged", key));
    assertThat(move(admin, path, "acknowledged", key).json().text("moved_at"))
        .isEqualTo(first.json().text("moved_at"));
    expect(200, move(admin, path, "confirmed"));
    assertThat(http.get(reader, path).json().member("lowers_until")).isEmpty();
    var resolved = expect(200, move(admin, path, "resolved")).json();
    assertThat(resolved.truth("lowers")).contains(false);
    assertThat(alarms(scope)).isEmpty();
    assertThat(resolved.text("moved_by")).contains(tenant.actor(Roles.TENANT_ADMIN));
    assertThat(listed("?state=raised")).isEmpty();
    assertThat(listed("?state=resolved&limit=1")).hasSize(1);
    assertThat(actions(path))
        .containsExactly(
            "anomaly.raised", "anomaly.acknowledged", "anomaly.confirmed", "anomaly.resolved");
  }

  @Test
  void whatIsNotAllowedChangesNothingButForItsEntry() throws IOException {
    var path = raised();
    var before = http.get(reader, path).body();
    refused(move(admin, path, "confirmed"), 409, "no_such_move");
    refused(move(admin, path, "raised"), 400, "invalid_request");
    refused(http.post(admin, path + "/state", "{}"), 400, "invalid_request");
    refused(move(tenant.as(Roles.MODEL_RISK), path, "acknowledged"), 403, "permission_denied");
    refused(move(tenant.as(Roles.AGENT), path, "acknowledged"), 403, "permission_denied");
    refused(http.get(reader, LIST + "?state=open"), 400, "invalid_request");
    refused(http.get(reader, LIST + "?limit=101"), 400, "invalid_request");
    refused(http.get(reader, LIST + "?cursor=none"), 400, "invalid_request");
    refused(http.get(reader, LIST + "/none"), 404, "anomaly_not_found");
    var other = tenants.create();
    refused(http.get(other.as(Roles.AUDITOR), path), 404, "anomaly_not_found");
    refused(move(other.as(Roles.TENANT_ADMIN), path, "acknowledged"), 404, "anomaly_not_found");
    assertThat(http.get(other.as(Roles.AUDITOR), LIST).json().items("anomalies")).isEmpty();
    assertThat(http.get(reader, path).body()).isEqualTo(before);
    assertThat(actions(path)).containsExactly("anomaly.raised", "anomaly.refused");
  }

  private static void refused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.code()).as(answer.body()).isEqualTo(code);
  }
}
