package dev.countersign.server;

import static dev.countersign.server.GovernedTenants.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.server.GovernedTenants.GovernedTenant;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the parts of the score weigh, over HTTP.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class ScoreWeightsTest {
  private static final String SETTINGS = "/v1/trust/settings";
  private static final JsonObject USUAL = weights("0.35", "0.15");

  @Inject GovernedTenants tenants;

  private Http http;
  private GovernedTenant tenant;
  private String admin;

  @BeforeEach
  void aTenantWithAScope() throws IOException {
    http = new Http();
    tenant = tenants.create();
    admin = tenant.as(Roles.TENANT_ADMIN);
    GovernedTenants.workflow(http, tenant);
    var agent = tenant.as(Roles.AGENT);
    var opened = expect(201, http.post(agent, "/v1/cases", "{\"workflow\":\"claim\"}"));
    var body =
        "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"pay\"}}"
            .formatted(opened.text("case_id"));
    expect(201, http.post(agent, "/v1/proposals", body));
  }

  @Test
  void whatIsSetIsShownWithTheScoreAndWithoutItTheUsualIsMeant() {
    assertThat(shown()).isEqualTo(USUAL);
    var mine = weights("0.4501", "0.0499");
    expect(200, http.put(admin, SETTINGS, settings(",\"score_weights\":" + mine)));
    assertThat(shown()).isEqualTo(mine);
    var scopes = http.get(tenant.as(Roles.AUDITOR), "/v1/trust/scopes").json().items("scopes");
    var score = ((JsonObject) scopes.getFirst()).object("score").orElseThrow();
    assertThat(score.object("weights")).contains(mine);
    expect(200, http.put(admin, SETTINGS, settings("")));
    assertThat(shown()).isEqualTo(USUAL);
  }

  @Test
  void whatDoesNotAddUpIsRefusedWithWhatToDo() {
    var over = ",\"score_weights\":" + weights("0.4", "0.15");
    var refused = http.put(admin, SETTINGS, settings(over));
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body())
        .contains("/score_weights", "must add up to 1; they come to 1.05: take away 0.05");
    assertThat(shown()).isEqualTo(USUAL);
  }

  private JsonObject shown() {
    var answer = expect(200, http.get(tenant.as(Roles.AUDITOR), SETTINGS)).json();
    return answer.object("score_weights").orElseThrow();
  }

  private static JsonObject weights(String reliability, String value) {
    return JsonReader.readObject(
        "{\"reliability\":%s,\"alignment\":0.25,\"safety\":0.25,\"value\":%s,\"override_rate\":0.25}"
            .formatted(reliability, value));
  }

  private static String settings(String more) {
    var step = "{\"budget\":0.02,\"harm_from\":\"minor\"}";
    return "{\"steps\":[%s,%s,%s,%s],\"risk\":0.01,\"promotion\":\"signed\",\"reason\":\"r\"%s}"
        .formatted(step, step, step, step, more);
  }
}
