package dev.countersign.server;

import static dev.countersign.server.GovernedTenants.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.JsonReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Who may not is told so, whatever happens to other keys of his tenant meanwhile.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class ForbiddenTest {
  private static final String KEYS = "/api/admin/keys";

  @Inject GovernedTenants tenants;

  @Test
  void whoMayNotIsForbiddenAndNotUnknownWhenKeysChanged() throws IOException {
    var http = new Http();
    var tenant = tenants.create();
    var admin = tenant.as(Roles.TENANT_ADMIN);
    var agent = tenant.as(Roles.AGENT);
    // From now on the server remembers the agent's key, as it stands with these keys.
    expect(200, http.get(agent, "/v1/cases"));
    expect(201, http.post(admin, KEYS, "{\"name\":\"another\",\"roles\":[\"agent\"]}"));
    var refused = http.post(agent, "/v1/freezes", "{\"scope\":\"tenant\",\"reason\":\"r\"}");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("permission_denied");
    var entries = http.get(admin, "/v1/ledger/entries?action=freeze.refused").json();
    assertThat(entries.items("entries")).hasSize(1);
  }

  @Test
  void whoseKeyWasRevokedIsUnknown() throws IOException {
    var http = new Http();
    var tenant = tenants.create();
    var admin = tenant.as(Roles.TENANT_ADMIN);
    var made = expect(201, http.post(admin, KEYS, "{\"name\":\"short\",\"roles\":[\"agent\"]}"));
    var key = JsonReader.readObject(made.body()).text("key").orElseThrow();
    expect(200, http.get(key, "/v1/cases"));
    expect(200, http.delete(admin, KEYS + "/" + made.text("id")));
    var refused = http.post(key, "/v1/freezes", "{\"scope\":\"tenant\",\"reason\":\"r\"}");
    assertThat(refused.status()).isEqualTo(401);
  }
}
