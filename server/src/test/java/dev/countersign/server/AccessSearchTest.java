package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.policy.Entity;
import dev.countersign.policy.check.SearchRequest.Gap;
import dev.countersign.policy.store.EntityStore;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.policy.usecase.SearchAccess;
import dev.countersign.server.AccessTenants.AccessTenant;
import dev.countersign.server.Http.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// AuthZEN's searches over HTTP.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class AccessSearchTest {
  private static final String RESOURCES = "/access/v1/search/resource";
  private static final String SUBJECTS = "/access/v1/search/subject";
  private static final String ACTIONS = "/access/v1/search/action";

  private static final String POLICIES =
      """
      {"policies": [
        {"key": "owners", "description": "", "message": "owns it", "effect": "permit",
         "condition": "has(resource.properties.owner) && resource.properties.owner == subject.id",
         "applies_to": {"operations": ["delete", "view"], "resource_types": ["record"]}},
        {"key": "managers", "description": "", "message": "manages", "effect": "permit",
         "condition": "has(subject.properties.role) && subject.properties.role == 'manager'",
         "applies_to": {"operations": ["view"], "resource_types": ["record"]}},
        {"key": "pay", "description": "", "message": "a person agrees", "effect": "require_approval",
         "condition": "true", "applies_to": {"operations": ["pay"], "resource_types": ["record"]}},
        {"key": "off", "description": "", "message": "is off", "effect": "permit", "enabled": false,
         "condition": "true", "applies_to": {"operations": ["hidden"], "resource_types": ["record"]}}
      ]}
      """;

  @Inject AccessTenants tenants;
  @Inject Ledger ledger;
  @Inject PolicySnapshots snapshots;
  @Inject EntityStore store;
  private Http http;
  private AccessTenant tenant;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    tenant = tenants.create();
    tenants.activate(tenant, 2, POLICIES);
    var entities = new ArrayList<Entity>();
    for (int i = 0; i < 12; i++) {
      entities.add(record("r%02d".formatted(i), i % 3 == 0 ? "alice" : "bob"));
    }
    entities.add(new Entity("user", "alice"));
    entities.add(new Entity("user", "bob"));
    entities.add(new Entity("user", "mia", Json.object().put("role", "manager").build()));
    tenants.store(tenant, entities);
  }

  @Test
  void aPageThatTakesTooLongEndsEarlyAndTheNextGoesOn() {
    var impatient = new SearchAccess(ledger, snapshots, store, Duration.ZERO);
    var found = new ArrayList<String>();
    var token = "";
    int pages = 0;
    do {
      var body = records("alice", "view");
      if (!token.isEmpty()) {
        body = body.with("page", Json.object().put("token", token).build());
      }
      var answer =
          impatient
              .in(
                  Call.system(tenant.id(), "test", "0".repeat(31) + "1"),
                  Gap.RESOURCE,
                  body,
                  Optional.empty())
              .answer();
      answer
          .items("results")
          .forEach(result -> found.add(((JsonObject) result).text("id").orElseThrow()));
      token = answer.object("page").orElseThrow().text("next_token").orElseThrow();
      pages++;
    } while (!token.isEmpty());
    assertThat(found).containsExactly("r00", "r03", "r06", "r09");
    assertThat(pages).as("a page for each of the twelve candidates").isGreaterThanOrEqualTo(12);
  }

  private static Entity record(String id, String owner) {
    return new Entity("record", id, Json.object().put("owner", owner).build());
  }

  private static JsonObject entity(String type, String... id) {
    var json = Json.object().put("type", type);
    if (id.length > 0) {
      json.put("id", id[0]);
    }
    return json.build();
  }

  private static JsonObject records(String subject, String action) {
    return Json.object()
        .put("subject", entity("user", subject))
        .put("action", Json.object().put("name", action).build())
        .put("resource", entity("record"))
        .build();
  }

  private static JsonObject paged(JsonObject body, String token, int limit) {
    return body.with("page", Json.object().put("token", token).put("limit", limit).build());
  }

  private Answer searched(String path, JsonObject body) {
    var answer = http.post(tenant.pep(), path, body.toString());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private static List<String> found(Answer answer, String member) {
    return answer.json().items("results").stream()
        .map(each -> ((JsonObject) each).text(member).orElseThrow())
        .toList();
  }

  private static String next(Answer answer) {
    return answer.json().object("page").orElseThrow().text("next_token").orElseThrow();
  }

  @Test
  void resourcesSubjectsAndActionsAreFound() {
    assertThat(found(searched(RESOURCES, records("alice", "delete")), "id"))
        .containsExactly("r00", "r03", "r06", "r09");
    var who =
        Json.object()
            .put("subject", entity("user", "ignored"))
            .put("action", Json.object().put("name", "view").build())
            .put("resource", entity("record", "r00"))
            .build();
    assertThat(found(searched(SUBJECTS, who), "id")).containsExactly("alice", "mia");
    var what =
        Json.object()
            .put("subject", entity("user", "alice"))
            .put("resource", entity("record", "r00"))
            .build();
    assertThat(found(searched(ACTIONS, what), "name")).containsExactly("delete", "view");
  }

  @Test
  void whatIsFoundIsWhatAnEvaluationPermits() {
    for (var action : List.of("delete", "view", "pay")) {
      for (var subject : List.of("alice", "bob", "mia", "nobody")) {
        var found = found(searched(RESOURCES, records(subject, action)), "id");
        var each =
            IntStream.range(0, 12)
                .mapToObj(i ->
                    Json.object().put("resource", entity("record", "r%02d".formatted(i))).build())
                .toList();
        var questions = records(subject, action).with("evaluations", Json.array(each));
        var answers =
            http.post(tenant.pep(), "/access/v1/evaluations", questions.toString())
                .json()
                .items("evaluations");
        assertThat(answers).hasSize(12);
        for (int i = 0; i < 12; i++) {
          assertThat(found.contains("r%02d".formatted(i)))
              .as("%s %s %d", subject, action, i)
              .isEqualTo(((JsonObject) answers.get(i)).truth("decision").orElseThrow());
        }
      }
    }
  }

  @Test
  void pagesGoOnWhereTheLastEnded() {
    var question = records("bob", "delete");
    var all = found(searched(RESOURCES, question), "id");
    assertThat(all).hasSize(8);
    var gathered = new ArrayList<String>();
    var answer = searched(RESOURCES, question.with("page", Json.object().put("limit", 3).build()));
    gathered.addAll(found(answer, "id"));
    assertThat(gathered).hasSize(3);
    while (!next(answer).isEmpty()) {
      answer =
          searched(
              RESOURCES, question.with("page", Json.object().put("token", next(answer)).build()));
      gathered.addAll(found(answer, "id"));
    }
    assertThat(gathered).isEqualTo(all);
  }

  @Test
  void aTokenBelongsToItsQuestion() {
    var question = records("bob", "delete");
    var token =
        next(searched(RESOURCES, question.with("page", Json.object().put("limit", 2).build())));
    searched(RESOURCES, paged(question, token, 2));
    var refused =
        List.of(
            paged(records("alice", "delete"), token, 2),
            paged(records("bob", "view"), token, 2),
            paged(question.with("context", Json.object().put("a", 1).build()), token, 2),
            paged(question, token, 3),
            paged(question, token.substring(2), 2),
            paged(question, "AA" + token, 2),
            paged(question, "!", 2),
            paged(question, "x".repeat(3_000), 2));
    for (var body : refused) {
      var answer = http.post(tenant.pep(), RESOURCES, body.toString());
      assertThat(answer.status()).as(body.toString()).isEqualTo(400);
    }
    var stranger = tenants.create();
    tenants.activate(stranger, 2, POLICIES);
    var elsewhere = http.post(stranger.pep(), RESOURCES, paged(question, token, 2).toString());
    assertThat(elsewhere.json().items("results")).isEmpty();
  }

  @Test
  void aLimitOfNothingShowsNothingAndGoesOn() {
    var question = records("bob", "delete");
    var answer = searched(RESOURCES, question.with("page", Json.object().put("limit", 0).build()));
    assertThat(found(answer, "id")).isEmpty();
    assertThat(next(answer)).isNotEmpty();
    for (var wrong : List.of(Json.of(-1), Json.of(1.5), Json.of("2"))) {
      var body = question.with("page", Json.object().put("limit", wrong).build());
      assertThat(http.post(tenant.pep(), RESOURCES, body.toString()).status()).isEqualTo(400);
    }
  }

  @Test
  void aPageEvaluatesABoundedNumberOfCandidates() {
    tenants.store(
        tenant,
        IntStream.range(0, 1_050).mapToObj(i -> record("s%04d".formatted(i), "zoe")).toList());
    var last = record("t", "carol");
    tenants.store(tenant, List.of(last));
    var question = records("carol", "delete");
    var first = searched(RESOURCES, question);
    assertThat(found(first, "id")).isEmpty();
    var second =
        searched(RESOURCES, question.with("page", Json.object().put("token", next(first)).build()));
    assertThat(found(second, "id")).containsExactly("t");
    assertThat(next(second)).isEmpty();
    assertThat(found(searched(RESOURCES, records("zoe", "delete")), "id")).hasSize(100);
  }

  @Test
  void aSearchIsOneEntryWithTheDigestOfItsAnswer() {
    var answer = searched(RESOURCES, records("alice", "delete"));
    var id = answer.json().object("context").orElseThrow().text("search_id").orElseThrow();
    var entries =
        http.get(tenant.auditor(), "/v1/ledger/entries?correlation_id=" + id)
            .json()
            .items("entries");
    assertThat(entries).hasSize(1);
    var digest = Digest.ofCanonical(Json.array(answer.json().items("results"))).hex();
    assertThat(entries.getFirst().toString())
        .contains("search.answered")
        .contains("\"candidates\":12")
        .contains("\"results_digest\":\"" + digest + "\"");
  }

  @Test
  void aChangeCountsInTheNextSearch() {
    http.put(tenant.admin(), "/v1/entities/record/r01", "{\"properties\":{\"owner\":\"alice\"}}");
    http.delete(tenant.admin(), "/v1/entities/record/r00");
    assertThat(found(searched(RESOURCES, records("alice", "delete")), "id"))
        .containsExactly("r01", "r03", "r06", "r09");
  }

  @Test
  void whatASearchNeedsIsMissedByName() {
    var answer = http.post(tenant.pep(), ACTIONS, "{\"subject\":{\"type\":\"user\"}}");
    assertThat(answer.json().items("problems"))
        .extracting(problem -> ((JsonObject) problem).text("pointer").orElseThrow())
        .containsExactlyInAnyOrder("/subject/id", "/resource");
    assertThat(http.post(tenant.pep(), SUBJECTS, "{\"subject\":{}}").body())
        .contains("/subject/type")
        .doesNotContain("/subject/id");
  }
}
