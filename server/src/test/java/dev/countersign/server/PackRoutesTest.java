package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Roles;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.usecase.CreateTenant;
import dev.countersign.identity.usecase.IssueKey;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The demo begins with the packs, and other tenants get them only if they are demos, too.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class PackRoutesTest {
  @Inject GovernedTenants tenants;
  @Inject CreateTenant create;
  @Inject Ids ids;

  @Test
  void theDemoBeginsWithEveryPack() throws IOException {
    var http = new Http();
    for (var first : List.of("RX-1001", "CLM-2001", "ONB-3001")) {
      var found = http.get(http.key("agent"), "/v1/cases?reference=" + first);
      assertThat(found.json().items("cases")).as(first).hasSize(1);
    }
    var workflows = http.get(http.key("agent"), "/v1/workflows?limit=100").json();
    assertThat(workflows.items("workflows"))
        .extracting(each -> ((JsonObject) each).text("workflow").orElseThrow())
        .contains("pharmacy_refill", "insurance_claim", "hr_onboarding", "loan_application");
  }

  @Test
  void aPackIsLoadedAndResetByTheAdministratorOfADemoTenant() throws IOException {
    var http = new Http();
    var tenant = tenants.create();
    var pack = "/v1/demo/packs/insurance-claim";
    assertThat(http.post(tenant.as(Roles.OPERATOR), pack, "").status()).isEqualTo(403);
    var loaded = http.post(tenant.as(Roles.TENANT_ADMIN), pack, "");
    assertThat(loaded.status()).as(loaded.body()).isEqualTo(200);
    assertThat(loaded.text("workflow")).isEqualTo("insurance_claim");
    assertThat(loaded.json().items("cases")).hasSize(6);
    assertThat(http.post(tenant.as(Roles.TENANT_ADMIN), pack + "/reset", "").status())
        .isEqualTo(200);
    for (var wrong : List.of("nothing", "..%2F..%2Fpom", "%00", "Insurance-Claim", "replay")) {
      var refused = http.post(tenant.as(Roles.TENANT_ADMIN), "/v1/demo/packs/" + wrong, "");
      assertThat(refused.status()).as(wrong).isEqualTo(404);
    }
  }

  @Test
  void aTenantThatIsNoDemoIsRefused() throws IOException {
    var http = new Http();
    var key = administratorOfAStandardTenant();
    for (var path : List.of("/v1/demo/packs/hr-onboarding", "/v1/demo/packs/hr-onboarding/reset")) {
      var refused = http.post(key, path, "");
      assertThat(refused.status()).as(refused.body()).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("demo_only");
    }
    assertThat(http.get(key, "/v1/workflows").json().items("workflows")).isEmpty();
  }

  /// The answer fits the document, which [Http] holds it to.
  @Test
  void howFarActionsGoIsSaidOfATenantWhereNobodySetIt() throws IOException {
    var shown = new Http().get(administratorOfAStandardTenant(), "/v1/autonomy");
    assertThat(shown.text("ceiling")).isEqualTo("propose");
    assertThat(shown.json().member("changed_by")).hasValue(Json.NULL);
  }

  private String administratorOfAStandardTenant() {
    var id = new TenantId(ids.next());
    var slug = "standard-" + id.value().toString().substring(24);
    var admin =
        new IssueKey.Request(
            "admin", new TreeSet<>(List.of(Roles.TENANT_ADMIN)), Principal.DEFAULT_SITE, false);
    var made =
        create
            .in(
                Call.system(id, "test", "0".repeat(31) + "1"),
                new Tenant(id, slug, slug, Tenant.Profile.STANDARD),
                List.of(admin))
            .answer();
    return ((JsonObject) made.items("keys").getFirst()).text("key").orElseThrow();
  }
}
