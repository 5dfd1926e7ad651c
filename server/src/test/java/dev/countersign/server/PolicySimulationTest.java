package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.policy.Model;
import dev.countersign.policy.PolicySetJson;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.simulation.SimulationRun;
import dev.countersign.policy.simulation.SimulationRun.Scope;
import dev.countersign.policy.simulation.SimulationRun.State;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.store.Simulations;
import dev.countersign.policy.tests.SetFile;
import dev.countersign.policy.usecase.ActivatePolicySet;
import dev.countersign.policy.usecase.DraftPolicySet;
import dev.countersign.policy.usecase.ValidatePolicySet;
import dev.countersign.server.Http.Answer;
import dev.countersign.testkit.Await;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Simulations and explanations over HTTP, on decisions that were really made.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class PolicySimulationTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String NO_SUMMARIES =
      """
      {"key":"no_summaries","description":"","message":"no","effect":"forbid",
       "condition":"action.name == \\"summarise\\"","applies_to":{"resource_types":["model"]}}
      """;

  @Inject Ledger ledger;
  @Inject TenantTransactions transactions;
  @Inject PolicyVersions versions;
  @Inject PolicyStore store;
  @Inject Clock clock;
  @Inject ValidatePolicySet validate;

  private final Simulations simulations = new Simulations();
  private Http http;
  private TenantId tenant;
  private String admin;
  private String agent;
  private String author;

  /// A tenant of its own for each test, with nothing decided yet.
  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    var made =
        http.post(
            http.key("platform"),
            "/v1/tenants",
            "{\"slug\":\"simulation-%d\",\"name\":\"S\"}".formatted(NUMBER.incrementAndGet()));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    tenant = new TenantId(UUID.fromString(made.text("tenant_id")));
    admin = ((JsonObject) made.json().items("keys").getFirst()).text("key").orElseThrow();
    agent = key("agent");
    author = key("policy_author");
  }

  private String key(String role) {
    var made =
        http.post(
            admin,
            "/api/admin/keys",
            "{\"name\":\"%s\",\"roles\":[\"%s\"],\"limit\":100000,\"burst\":1000}"
                .formatted(role, role));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.text("key");
  }

  @Test
  void aSimulationSaysExactlyWhatTheVersionThenDecides() {
    var asked = new ArrayList<String>();
    for (var operation : List.of("classify", "summarise", "classify", "summarise")) {
      asked.add(check("known", operation, "{\"is_external_model\":false}").text("decision_id"));
    }
    int draft = validated(NO_SUMMARIES);
    var simulated = simulate(draft, "{}").json();
    var result = simulated.object("result").orElseThrow();
    assertThat(result.number("seen")).contains(4.0);
    assertThat(result.number("used")).contains(4.0);
    // Nobody registered a model, so all of them are forbidden as it is.
    assertThat(result.number("flipped")).contains(0.0);

    register();
    asked.clear();
    for (var operation : List.of("classify", "summarise", "classify", "summarise")) {
      asked.add(check("known", operation, "{}").text("decision_id"));
    }
    simulated = simulate(draft, "{\"examples\":1}").json();
    result = simulated.object("result").orElseThrow();
    assertThat(result.number("seen")).contains(8.0);
    assertThat(result.number("flipped")).contains(2.0);
    var check = result.object("self_check").orElseThrow();
    assertThat(check.number("checked")).contains(8.0);
    assertThat(check.number("mismatched")).contains(0.0);
    var flip = (JsonObject) result.items("flips").getFirst();
    assertThat(flip.items("examples")).hasSize(1);
    var path =
        "/v1/policy-sets/%d/simulations/%s/flips"
            .formatted(draft, simulated.text("simulation_id").orElseThrow());
    var first = http.get(author, path + "?limit=1");
    var second = http.get(author, path + "?limit=1&cursor=" + first.text("next_cursor"));
    assertThat(List.of(decision(first), decision(second)))
        .containsExactly(asked.get(3), asked.get(1));
    assertThat(second.json().text("next_cursor")).isEmpty();

    activate(draft);
    for (int i = 0; i < asked.size(); i++) {
      var again = check("known", i % 2 == 0 ? "classify" : "summarise", "{}");
      assertThat(again.text("outcome")).isEqualTo(i % 2 == 0 ? "permit" : "forbid");
    }
    // What the version decided itself does not flip under it.
    result = simulate(draft, "{\"limit\":4}").json().object("result").orElseThrow();
    assertThat(result.number("seen")).contains(4.0);
    assertThat(result.number("flipped")).contains(0.0);
  }

  @Test
  void aSimulatedVersionIsOneAndTheLogSaysSo() {
    check("known", "classify", "{}");
    int draft = validated(NO_SUMMARIES);
    var run = simulate(draft, "{}");
    assertThat(state(draft)).isEqualTo("simulated");
    for (var action : List.of("policy.simulation_started", "policy.simulated")) {
      assertThat(
              http.get(
                      admin,
                      "/v1/ledger/entries?action="
                          + action
                          + "&correlation_id="
                          + run.text("simulation_id"))
                  .json()
                  .items("entries"))
          .as(action)
          .hasSize(1);
    }
    var listed = http.get(author, "/v1/policy-sets/" + draft + "/simulations");
    assertThat(listed.json().items("simulations")).hasSize(1);
  }

  @Test
  void largeRecordsAreReadInPiecesAndNoneIsLost() {
    var properties = Json.object().put("a", "x".repeat(50_000)).build();
    var large =
        body("known", "summarise", "{}")
            .with(
                "subject",
                Json.object()
                    .put("type", "user")
                    .put("id", "u")
                    .put("properties", properties)
                    .build())
            .toString();
    register();
    for (int i = 0; i < 50; i++) {
      assertThat(http.post(agent, "/v1/check", large).text("outcome")).isEqualTo("permit");
    }
    var result = simulate(validated(NO_SUMMARIES), "{}").json().object("result").orElseThrow();
    assertThat(result.number("seen")).contains(50.0);
    assertThat(result.number("flipped")).contains(50.0);
  }

  @Test
  void onlyWhatWasValidatedIsSimulatedAndOnlyByItsTenant() {
    int draft = drafted(NO_SUMMARIES);
    refused(start(author, draft, "{}"), 409, "wrong_version_state");
    refused(start(author, 99, "{}"), 404, "policy_set_not_found");
    refused(http.post(author, "/v1/policy-sets/x/simulate", "{}"), 404, "policy_set_not_found");
    refused(start(agent, 1, "{}"), 403, "permission_denied");
    refused(
        start(
            author,
            1,
            "{\"limit\":0,\"from\":\"2026-02-01T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\"}"),
        400,
        "invalid_request");
    var run = simulate(1, "{}").text("simulation_id");
    var stranger = http.key("auditor");
    refused(
        http.get(stranger, "/v1/policy-sets/1/simulations/" + run), 404, "simulation_not_found");
    refused(
        http.get(stranger, "/v1/policy-sets/1/simulations/" + run + "/flips"),
        404,
        "simulation_not_found");
    refused(http.get(author, "/v1/policy-sets/2/simulations/" + run), 404, "simulation_not_found");
    refused(http.get(stranger, "/v1/policy-sets/99/simulations"), 404, "policy_set_not_found");
  }

  @Test
  void aRunWhoseNodeIsGoneIsInterruptedAndStandsInNobodysWay() {
    var now = clock.instant();
    var lost = running(now.minus(SimulationRun.SILENCE).minusSeconds(1));
    var path = "/v1/policy-sets/1/simulations/" + lost;
    assertThat(http.get(author, path).text("state")).isEqualTo("interrupted");
    simulate(1, "{}");
    assertThat(http.get(author, path).json().text("ended_at")).isPresent();

    running(clock.instant());
    refused(start(author, 1, "{}"), 409, "simulation_running");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "known  | {\"contains_personal_data\":true} | found     | metadata.contains_personal_data=false",
        "nobody | {}                                | found     | model=\"known\"",
        "known  | {\"contains_personal_data\":true,\"is_external_model\":true} | found | metadata.contains_personal_data=false metadata.is_external_model=false",
        "nobody | {\"contains_personal_data\":true,\"is_external_model\":true} | none_found |",
        "known  | {}                                | permitted |",
      })
  void theSmallestChangeIsFoundAndPermittedWhenItIsAsked(
      String model, String metadata, String result, String changes) {
    register();
    var decision = check(model, "classify", metadata);
    var explanation =
        http.get(author, "/v1/decisions/" + decision.text("decision_id") + "/explanation");
    assertThat(explanation.status()).as(explanation.body()).isEqualTo(200);
    assertThat(explanation.text("result")).isEqualTo(result);
    if (changes == null) {
      assertThat(explanation.json().items("suggestions")).isEmpty();
      return;
    }
    var body = body(model, "classify", metadata);
    var words = new ArrayList<String>();
    var suggestion = (JsonObject) explanation.json().items("suggestions").getFirst();
    for (var item : suggestion.items("changes")) {
      var change = (JsonObject) item;
      var attribute = change.text("attribute").orElseThrow();
      var to = change.member("to").orElseThrow();
      words.add(attribute + "=" + JsonWriter.text(to));
      body =
          attribute.startsWith("metadata.")
              ? body.with(
                  "metadata",
                  body.object("metadata")
                      .orElseThrow()
                      .with(attribute.substring("metadata.".length()), to))
              : body.with(attribute, to);
    }
    assertThat(words).containsExactly(changes.split(" "));
    assertThat(http.post(agent, "/v1/check", body.toString()).text("outcome")).isEqualTo("permit");
  }

  @Test
  void whatIsNotThereOrAnothersIsNotExplained() {
    var decision = check("nobody", "classify", "{}").text("decision_id");
    refused(
        http.get(http.key("auditor"), "/v1/decisions/" + decision + "/explanation"),
        404,
        "decision_not_found");
    refused(http.get(author, "/v1/decisions/x/explanation"), 404, "decision_not_found");
  }

  private Answer check(String model, String operation, String metadata) {
    var answer = http.post(agent, "/v1/check", body(model, operation, metadata).toString());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private static JsonObject body(String model, String operation, String metadata) {
    return Json.object()
        .put("model", model)
        .put("operation", operation)
        .put("metadata", JsonReader.readObject(metadata))
        .build();
  }

  private Answer start(String key, int version, String body) {
    return http.post(key, "/v1/policy-sets/" + version + "/simulate", body);
  }

  /// Starts one and waits for its end.
  private Answer simulate(int version, String body) {
    var started = start(author, version, body);
    assertThat(started.status()).as(started.body()).isEqualTo(202);
    var location = started.raw().headers().firstValue("Location").orElseThrow();
    Await.until(
        "the simulation's end",
        LIMIT,
        () -> !http.get(author, location).text("state").equals("running"));
    var ended = http.get(author, location);
    assertThat(ended.text("state")).as(ended.body()).isEqualTo("done");
    return ended;
  }

  private static void refused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
  }

  private static String decision(Answer flips) {
    return ((JsonObject) flips.json().items("flips").getFirst()).text("decision_id").orElseThrow();
  }

  private Call call() {
    return Call.system(tenant, "test", "0".repeat(31) + "1");
  }

  private int drafted(String policy) {
    var set = PolicySetJson.write(StarterSet.read());
    var policies = new ArrayList<>(set.items("policies"));
    policies.add(JsonReader.readObject(policy));
    return new DraftPolicySet(ledger, versions)
        .draft(call(), SetFile.read(set.with("policies", Json.array(policies))))
        .answer()
        .number("version")
        .orElseThrow()
        .intValue();
  }

  private int validated(String policy) {
    int version = drafted(policy);
    validate.validate(call(), version);
    return version;
  }

  private void activate(int version) {
    var answer =
        new ActivatePolicySet(ledger, store, versions, new PendingChanges(), validate)
            .activate(call(), version);
    assertThat(state(version)).as(answer.answer().toString()).isEqualTo("active");
  }

  private String state(int version) {
    return transactions.run(
        tenant,
        Rules.READ,
        transaction -> versions.read(transaction, version).orElseThrow().state().word());
  }

  private void register() {
    transactions.run(
        tenant,
        Rules.CHANGE,
        transaction -> {
          store.put(
              transaction, new Model("known", "own", false, Optional.empty(), new TreeSet<>()));
          store.putOperation(transaction, "classify");
          transaction.raise(Counter.POLICIES);
          return true;
        });
  }

  private UUID running(Instant aliveAt) {
    var id = new UUID(0x7000L, 0x8000000000000000L + NUMBER.incrementAndGet());
    var run =
        new SimulationRun(
            id,
            1,
            new Scope(Optional.empty(), Optional.empty(), 10, 1),
            State.RUNNING,
            10,
            0,
            Optional.empty(),
            "system:test",
            aliveAt,
            aliveAt,
            Optional.empty());
    transactions.run(
        tenant,
        Rules.READ,
        transaction -> {
          simulations.add(transaction, run);
          return true;
        });
    return id;
  }
}
