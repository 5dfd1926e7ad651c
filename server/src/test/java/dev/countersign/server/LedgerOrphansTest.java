package dev.countersign.server;

import static dev.countersign.server.GovernedTenants.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.server.GovernedTenants.GovernedTenant;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An auditor asks for what lacks its predecessors: nothing of what the server did itself, and
/// exactly what was put into the log past it.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class LedgerOrphansTest {
  private static final String PATH = "/v1/ledger/orphans";

  @Inject GovernedTenants tenants;
  @Inject Ledger ledger;
  @Inject Ids ids;

  private Http http;
  private GovernedTenant tenant;

  @BeforeEach
  void create() throws IOException {
    http = new Http();
    tenant = tenants.create();
  }

  private JsonObject orphans(String query) {
    return expect(200, http.get(tenant.as(Roles.AUDITOR), PATH + query)).json();
  }

  private void governedAction() {
    GovernedTenants.workflow(http, tenant);
    var agent = tenant.as(Roles.AGENT);
    var opened = expect(201, http.post(agent, "/v1/cases", "{\"workflow\":\"claim\"}"));
    var body =
        "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"pay\"}}"
            .formatted(opened.text("case_id"));
    var proposed = expect(201, http.post(agent, "/v1/proposals", body));
    var approval = proposed.json().object("approval").orElseThrow().text("id").orElseThrow();
    expect(
        200,
        http.post(
            tenant.as(Roles.REVIEWER),
            "/v1/approvals/" + approval + "/decisions",
            "{\"decision\":\"approve\",\"action_digest\":\"%s\"}"
                .formatted(proposed.text("action_digest"))));
  }

  /// Past the use cases, which would not.
  private UUID put(String action) {
    var correlation = ids.next();
    ledger.transact(
        Call.system(tenant.id(), "test", "0".repeat(32)),
        new Attempt(action, "thing", "x"),
        Rules.APPLY,
        transaction -> {
          transaction.record(action, "thing", "x", correlation, Json.object().build());
          return JsonObject.EMPTY;
        });
    return correlation;
  }

  private static List<String> faults(JsonObject page) {
    return page.items("orphans").stream()
        .map(orphan -> ((JsonObject) orphan).text("fault").orElseThrow())
        .toList();
  }

  @Test
  void whatTheServerDidHasNoOrphan() {
    governedAction();
    var page = orphans("");
    assertThat(page.items("orphans")).isEmpty();
    assertThat(page.number("entries").orElseThrow()).isGreaterThan(10);
    assertThat(page.text("next_cursor")).isEmpty();
  }

  @Test
  void eachOrphanIsNamedWithItsEntry() {
    governedAction();
    var correlation = put("execution.completed");
    var orphan = (JsonObject) orphans("").items("orphans").getFirst();
    assertThat(orphan.text("fault")).contains("execution_without_proposal");
    assertThat(orphan.text("correlation_id")).contains(correlation.toString());
    var entry =
        expect(200, http.get(tenant.as(Roles.AUDITOR), orphan.text("entry_url").orElseThrow()));
    assertThat(entry.json().object("entry").orElseThrow().text("correlation_id"))
        .contains(correlation.toString());
  }

  @Test
  void pagesGoOnWhereTheOneBeforeEnded() {
    var steps = List.of("approval.granted", "execution.completed", "outcome.observed");
    steps.forEach(this::put);
    var first = orphans("?limit=2");
    assertThat(faults(first))
        .containsExactly("approval_without_proposal", "execution_without_proposal");
    var second = orphans("?limit=2&cursor=" + first.text("next_cursor").orElseThrow());
    assertThat(faults(second)).containsExactly("outcome_without_execution");
    assertThat(second.text("next_cursor")).isEmpty();
  }

  @Test
  void anotherTenantSeesNone() {
    put("outcome.observed");
    var other = tenants.create();
    var page = expect(200, http.get(other.as(Roles.AUDITOR), PATH)).json();
    assertThat(page.items("orphans")).isEmpty();
  }

  @Test
  void whoOnlyReadsEntriesDoesNotAudit() {
    assertThat(http.get(tenant.as(Roles.VIEWER), PATH).status()).isEqualTo(403);
  }

  @Test
  void whatIsNotUnderstoodIsRefusedWithAllProblems() {
    var refused = http.get(tenant.as(Roles.AUDITOR), PATH + "?from=noon&limit=0&cursor=x");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().items("problems")).hasSize(3);
  }
}
