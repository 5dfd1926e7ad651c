package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.policy.Entity;
import dev.countersign.server.AccessTenants.AccessTenant;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the AuthZEN working group published for interoperability, answered exactly over HTTP; the
/// folder is named by the environment variable `COUNTERSIGN_SHARED_DATA`.
///
/// The scenarios leave policies and stored attributes to each decision point; those here are ours.
@Tag("vectors")
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class AccessVectorsTest {
  private static final Path FOLDER =
      Path.of(Objects.requireNonNull(System.getenv("COUNTERSIGN_SHARED_DATA")), "4-policy/authzen");

  private static final String TASKS = "authzen-todo-backend__test__decisions";

  /// Every file of the folder; `SOURCE.tsv` says where they are from and is nothing to answer.
  private static final List<String> FILES =
      List.of(
          "SOURCE.tsv",
          "authzen-idp__data__records.json",
          "authzen-idp__data__users.json",
          "authzen-idp__test-harness__src__results.json",
          TASKS + "-authorization-api-1_0-00.json",
          TASKS + "-authorization-api-1_0-01.json",
          TASKS + "-authorization-api-1_0-02.json",
          TASKS + ".json",
          "schemas/SOURCE.tsv",
          "schemas/api__schemas__evaluation-request.schema.json",
          "schemas/api__schemas__evaluation-response.schema.json");

  private static final String TASK_POLICIES =
      """
      {"policies": [
        {"key": "readers", "description": "", "message": "reads", "effect": "permit",
         "condition": "has(subject.properties.roles)",
         "applies_to": {"operations": ["can_read_user", "can_read_todos"]}},
        {"key": "editors_create", "description": "", "message": "creates", "effect": "permit",
         "condition": "has(subject.properties.roles) && subject.properties.roles.exists(r, r in ['editor', 'admin', 'evil_genius'])",
         "applies_to": {"operations": ["can_create_todo"], "resource_types": ["todo"]}},
        {"key": "editors_own", "description": "", "message": "owns it", "effect": "permit",
         "condition": "has(subject.properties.roles) && subject.properties.roles.exists(r, r in ['editor', 'admin', 'evil_genius']) && has(subject.properties.email) && has(resource.properties.ownerID) && resource.properties.ownerID == subject.properties.email",
         "applies_to": {"operations": ["can_update_todo", "can_delete_todo"], "resource_types": ["todo"]}},
        {"key": "evil_geniuses_update", "description": "", "message": "is evil", "effect": "permit",
         "condition": "has(subject.properties.roles) && 'evil_genius' in subject.properties.roles",
         "applies_to": {"operations": ["can_update_todo"], "resource_types": ["todo"]}},
        {"key": "admins_delete", "description": "", "message": "administers", "effect": "permit",
         "condition": "has(subject.properties.roles) && 'admin' in subject.properties.roles",
         "applies_to": {"operations": ["can_delete_todo"], "resource_types": ["todo"]}}
      ]}
      """;

  private static final String RECORD_POLICIES =
      """
      {"policies": [
        {"key": "owners_delete", "description": "", "message": "owns it", "effect": "permit",
         "condition": "has(resource.properties.owner) && resource.properties.owner == subject.id",
         "applies_to": {"operations": ["delete"], "resource_types": ["record"]}}
      ]}
      """;

  /// The scenario's people: the id that later drafts send, the address that the first one does.
  private static final List<List<String>> PEOPLE =
      List.of(
          List.of(
              "CiRmZDA2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
              "rick@the-citadel.com",
              "admin",
              "evil_genius"),
          List.of(
              "CiRmZDE2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
              "morty@the-citadel.com",
              "editor"),
          List.of(
              "CiRmZDI2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
              "summer@the-smiths.com",
              "editor"),
          List.of(
              "CiRmZDM2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
              "beth@the-smiths.com",
              "viewer"),
          List.of(
              "CiRmZDQ2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
              "jerry@the-smiths.com",
              "viewer"));

  @Inject AccessTenants tenants;
  private Http http;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
  }

  @Test
  void everyPublishedFileIsUsed() throws IOException {
    try (var files = Files.walk(FOLDER)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> FOLDER.relativize(file).toString()))
          .containsExactlyInAnyOrderElementsOf(FILES);
    }
  }

  @Test
  void theTodoScenarioIsAnsweredExactly() {
    var tenant = todo();
    assertThat(decided(tenant, TASKS + ".json", "decisions")).isEqualTo(40);
    for (var draft : List.of("00", "01", "02")) {
      assertThat(decided(tenant, TASKS + "-authorization-api-1_0-" + draft + ".json", "evaluation"))
          .as(draft)
          .isEqualTo(40);
    }
  }

  @Test
  void theTodoScenariosSeveralEvaluationsAreAnsweredExactly() {
    var tenant = todo();
    var cases = object(TASKS + "-authorization-api-1_0-02.json").items("evaluations");
    assertThat(cases).hasSize(3);
    for (var each : cases) {
      var vector = (JsonObject) each;
      var request = vector.object("request").orElseThrow();
      var answer = http.post(tenant.pep(), "/access/v1/evaluations", request.toString());
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      var decisions =
          answer.json().items("evaluations").stream()
              .map(item ->
                  Json.object()
                      .put("decision", ((JsonObject) item).truth("decision").orElseThrow())
                      .build())
              .toList();
      assertThat(decisions).as(request.toString()).isEqualTo(vector.items("expected"));
    }
  }

  @Test
  void theSearchScenarioIsAnsweredExactly() {
    var tenant = tenants.create();
    tenants.activate(tenant, 2, RECORD_POLICIES);
    var entities = new ArrayList<Entity>();
    for (var each : array("authzen-idp__data__records.json")) {
      var owner = Json.object().put("owner", text(each, "owner")).build();
      entities.add(new Entity("record", text(each, "id"), owner));
    }
    // A password is no attribute; of a user the scenario needs to know that he is there.
    for (var each : array("authzen-idp__data__users.json")) {
      entities.add(new Entity("user", text(each, "id")));
    }
    tenants.store(tenant, entities);
    var cases = object("authzen-idp__test-harness__src__results.json").items("search");
    assertThat(cases).hasSize(6);
    for (var each : cases) {
      var vector = (JsonObject) each;
      var request = vector.object("request").orElseThrow();
      var answer = http.post(tenant.pep(), "/access/v1/search/resource", request.toString());
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.json().items("results"))
          .as(request.toString())
          .isEqualTo(vector.object("expected").orElseThrow().items("results"));
      assertThat(answer.json().object("page").orElseThrow().text("next_token")).hasValue("");
    }
  }

  private int decided(AccessTenant tenant, String file, String member) {
    var requests = schema("evaluation-request");
    var answers = schema("evaluation-response");
    var cases = object(file).items(member);
    for (var each : cases) {
      var vector = (JsonObject) each;
      var request = vector.object("request").orElseThrow();
      assertThat(requests.validate(request.toString(), InputFormat.JSON)).isEmpty();
      var answer = http.post(tenant.pep(), "/access/v1/evaluation", request.toString());
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answers.validate(answer.body(), InputFormat.JSON)).isEmpty();
      assertThat(answer.json().truth("decision"))
          .as("%s: %s gave %s", file, request, answer.body())
          .isEqualTo(vector.truth("expected"));
      assertThat(answer.json().object("context").orElseThrow().items("errored_policies")).isEmpty();
    }
    return cases.size();
  }

  private AccessTenant todo() {
    var tenant = tenants.create();
    tenants.activate(tenant, 2, TASK_POLICIES);
    var entities = new TreeMap<String, Entity>();
    for (var person : PEOPLE) {
      var properties =
          Json.object()
              .put("email", person.get(1))
              .put("roles", Json.strings(person.subList(2, person.size())))
              .build();
      entities.put(person.get(0), new Entity("user", person.get(0), properties));
      entities.put(person.get(1), new Entity("user", person.get(1), properties));
    }
    // The first drafts name the owner where the final text has only properties; so he is stored.
    for (var each : object(TASKS + ".json").items("decisions")) {
      var resource = ((JsonObject) each).object("request").flatMap(it -> it.object("resource"));
      resource
          .flatMap(it -> it.text("ownerID"))
          .ifPresent(owner -> {
            var id = text(resource.get(), "id");
            entities.put(id, new Entity("todo", id, Json.object().put("ownerID", owner).build()));
          });
    }
    tenants.store(tenant, List.copyOf(entities.values()));
    return tenant;
  }

  // The published `$id` is a bare name, which the validator does not take for an address.
  private static Schema schema(String name) {
    var published = object("schemas/api__schemas__" + name + ".schema.json");
    var addressed = published.with("$id", Json.of("https://countersign.dev/test/" + name));
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(addressed.toString());
  }

  private static JsonObject object(String file) {
    return JsonReader.readObject(read(file));
  }

  private static List<Json> array(String file) {
    return ((JsonArray) JsonReader.read(read(file), JsonReader.DEFAULT_DEPTH)).items();
  }

  private static String text(Json object, String member) {
    return ((JsonObject) object).text(member).orElseThrow();
  }

  private static String read(String file) {
    try {
      return Files.readString(FOLDER.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
