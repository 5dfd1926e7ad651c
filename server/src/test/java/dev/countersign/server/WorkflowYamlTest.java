package dev.countersign.server;

import static dev.countersign.server.GovernedTenants.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.server.GovernedTenants.GovernedTenant;
import dev.countersign.server.Http.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A definition in YAML is the one in JSON that says the same.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class WorkflowYamlTest {
  private static final String PATH = "/v1/workflows";

  private static final String YAML =
      """
      # of the claims department
      definition:
        key: claim
        title: Claim
        queues:
          - {name: open, title: "On"}
          - {name: paid, title: on}
        transitions:
          - type: pay
            from: open
            to: paid
            gate: payout
            approver_roles: [reviewer]
            handler: transition
            manual_seconds: 6e2
            guard: >-
              case.queue ==
              'open'
      """;

  private static final String JSON =
      """
      {"definition": {"key": "claim", "title": "Claim",
        "queues": [{"name": "open", "title": "On"}, {"name": "paid", "title": "on"}],
        "transitions": [{"type": "pay", "from": "open", "to": "paid", "gate": "payout",
          "approver_roles": ["reviewer"], "handler": "transition", "manual_seconds": 600,
          "guard": "case.queue == 'open'"}]}}
      """;

  @Inject GovernedTenants tenants;

  private Http http;
  private GovernedTenant tenant;

  @BeforeEach
  void freshTenant() throws IOException {
    http = new Http();
    tenant = tenants.create();
  }

  private Answer define(String body, String... headers) {
    return http.post(tenant.as(Roles.TENANT_ADMIN), PATH, body, headers);
  }

  private static String[] as(String mediaType) {
    return new String[] {"Content-Type", mediaType};
  }

  private Answer inYaml(String body) {
    return define(body, as("application/yaml"));
  }

  private List<JsonObject> entries(GovernedTenant of) {
    return http
        .get(of.as(Roles.AUDITOR), "/v1/ledger/entries?action=workflow.defined")
        .json()
        .items("entries")
        .stream()
        .map(each -> ((JsonObject) each).object("entry").orElseThrow())
        .toList();
  }

  @Test
  void theDefinitionAndItsEntryAreThoseOfTheEqualJson() {
    var yaml = expect(201, inYaml(YAML)).json();
    var yamlsEntry = entries(tenant).getFirst();
    tenant = tenants.create();
    var json = expect(201, define(JSON)).json();
    var jsonsEntry = entries(tenant).getFirst();
    assertThat(yaml.object("definition")).isPresent().isEqualTo(json.object("definition"));
    assertThat(yaml.object("definition").toString())
        .isEqualTo(json.object("definition").toString());
    assertThat(yaml.members().keySet()).isEqualTo(json.members().keySet());
    assertThat(yamlsEntry.object("details")).isPresent().isEqualTo(jsonsEntry.object("details"));
  }

  @Test
  void theMediaTypeMayHaveParameters() {
    expect(201, define(YAML, as("application/yaml; charset=utf-8")));
    expect(201, define(YAML, as("Application/YAML")));
  }

  @Test
  void aRepetitionIsRecognisedWhateverItsNotation() {
    var first = define(YAML, "Content-Type", "application/yaml", "Idempotency-Key", "k1");
    var again = define(YAML, "Content-Type", "application/yaml", "Idempotency-Key", "k1");
    var json = define(JSON, "Idempotency-Key", "k1");
    assertThat(expect(201, first).json()).isEqualTo(expect(201, again).json());
    assertThat(expect(201, json).json()).isEqualTo(first.json());
    assertThat(entries(tenant)).hasSize(1);
    var other = YAML.replace("title: Claim", "title: Other");
    var refused = define(other, "Content-Type", "application/yaml", "Idempotency-Key", "k1");
    assertThat(expect(422, refused).code()).isEqualTo("idempotency_key_reused");
    assertThat(entries(tenant)).hasSize(1);
  }

  @Test
  void whatIsNoYamlOfOursIsRefusedWithItsPlace() {
    var laughs = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n";
    laughs += "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n";
    laughs += "e: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n";
    for (var wrong :
        List.of(
            "definition: {a: 1, a: 2}",
            "definition: !!str x",
            "definition: .nan",
            "definition: 9007199254740993",
            "1: x",
            "a: 1\n---\nb: 2",
            "[".repeat(60_000),
            "[".repeat(17) + "]".repeat(17),
            "a: [1, 2",
            laughs)) {
      var refused = expect(400, inYaml(wrong));
      assertThat(refused.code()).as(wrong).isEqualTo("malformed_yaml");
      assertThat(refused.text("detail")).as(wrong).contains("(line ");
    }
    assertThat(expect(400, inYaml("")).code()).isEqualTo("malformed_yaml");
    assertThat(entries(tenant)).isEmpty();
  }

  @Test
  void whatIsWrongWithADefinitionIsSaidAsOfJson() {
    for (var wrong : List.of("{}", "[]", "\"text\"", "{\"definition\":{\"key\":7},\"more\":1}")) {
      var json = expect(400, define(wrong));
      var yaml = expect(400, inYaml(wrong));
      assertThat(yaml.code()).isEqualTo("invalid_request");
      assertThat(yaml.json().items("problems")).isEqualTo(json.json().items("problems"));
    }
    // A word that another YAML takes for a truth, where a string belongs and where a truth does.
    var switched = YAML.replace("gate: payout", "gate: payout\n      wanted: on");
    assertThat(expect(400, inYaml(switched)).code()).isEqualTo("invalid_request");
  }

  @Test
  void aBodyIsAsLargeAsJsonMayBe() {
    var comment = "#" + "x".repeat(64 * 1024 - YAML.length() - 2) + "\n";
    expect(201, inYaml(comment + YAML));
    assertThat(expect(413, inYaml("#" + comment + YAML)).code()).isEqualTo("too_large");
  }

  @Test
  void otherMediaTypesAndOtherRoutesStay() {
    for (var type : List.of("text/yaml", "application/x-yaml", "text/plain", "application/xml")) {
      var refused = expect(415, define(YAML, as(type)));
      assertThat(refused.code()).isEqualTo("unsupported_media_type");
    }
    var freeze = "scope: tenant\nreason: r\n";
    var admin = tenant.as(Roles.TENANT_ADMIN);
    expect(415, http.post(admin, "/v1/freezes", freeze, as("application/yaml")));
    assertThat(expect(400, define(YAML)).code()).isEqualTo("malformed_json");
  }
}
