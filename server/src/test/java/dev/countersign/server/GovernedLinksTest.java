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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An auditor who has nothing but an export joins what happened: from an outcome to the execution,
/// from there to the approval, the proposal and the case; and from an approval to the decision that
/// required it.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class GovernedLinksTest {
  @Inject GovernedTenants tenants;

  private Http http;
  private GovernedTenant tenant;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    tenant = tenants.create();
  }

  private List<JsonObject> exported() {
    return http.get(tenant.as(Roles.AUDITOR), "/v1/ledger/export")
        .body()
        .lines()
        .map(JsonReader::readObject)
        .flatMap(line -> line.object("entry").stream())
        .toList();
  }

  private static JsonObject one(List<JsonObject> entries, String action, String resourceId) {
    return entries.stream()
        .filter(entry -> text(entry, "action").equals(action))
        .filter(entry -> text(entry, "resource_id").equals(resourceId))
        .reduce((first, second) -> {
          throw new AssertionError("two of " + first + second);
        })
        .orElseThrow(() -> new AssertionError("no " + action + " of " + resourceId));
  }

  private static String text(JsonObject entry, String name) {
    return entry.text(name).orElseThrow(() -> new AssertionError(name + " in " + entry));
  }

  private static String detail(JsonObject entry, String name) {
    return text(entry.object("details").orElseThrow(), name);
  }

  private String decide(String approval, String digest) {
    return expect(
            200,
            http.post(
                tenant.as(Roles.REVIEWER),
                "/v1/approvals/" + approval + "/decisions",
                "{\"decision\":\"approve\",\"action_digest\":\"%s\"}".formatted(digest)))
        .body();
  }

  @Test
  void outcomeLeadsBackToTheProposalThroughExecutionAndApproval() {
    GovernedTenants.workflow(http, tenant);
    var agent = tenant.as(Roles.AGENT);
    var opened = expect(201, http.post(agent, "/v1/cases", "{\"workflow\":\"claim\"}"));
    var action = "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"%s\"}}";
    var proposed =
        expect(
            201,
            http.post(agent, "/v1/proposals", action.formatted(opened.text("case_id"), "pay")));
    var other =
        expect(
            201,
            http.post(agent, "/v1/proposals", action.formatted(opened.text("case_id"), "decline")));
    var approval = proposed.json().object("approval").orElseThrow().text("id").orElseThrow();
    var decided = JsonReader.readObject(decide(approval, proposed.text("action_digest")));
    var id = decided.object("execution").orElseThrow().text("id").orElseThrow();
    expect(
        201,
        http.post(
            tenant.as(Roles.OBSERVER), "/v1/executions/" + id + "/outcome", "{\"success\":true}"));

    var entries = exported();
    var outcome = one(entries, "outcome.observed", id);
    var execution = one(entries, "execution.completed", text(outcome, "resource_id"));
    var granted = one(entries, "approval.granted", detail(execution, "approval_id"));
    var created = one(entries, "proposal.created", detail(granted, "proposal_id"));
    assertThat(detail(created, "approval_id")).isEqualTo(text(granted, "resource_id"));
    assertThat(one(entries, "case.opened", detail(created, "case_id"))).isNotNull();
    assertThat(List.of(outcome, execution, granted, created))
        .extracting(entry -> text(entry, "correlation_id"))
        .containsOnly(text(created, "resource_id"));
    assertThat(List.of(execution, granted, created))
        .extracting(entry -> detail(entry, "action_digest"))
        .containsOnly(proposed.text("action_digest"));

    var superseded = one(entries, "proposal.superseded", other.text("proposal_id"));
    var ended = one(entries, "proposal.created", text(superseded, "resource_id"));
    assertThat(detail(superseded, "approval_id")).isEqualTo(detail(ended, "approval_id"));
  }
}
