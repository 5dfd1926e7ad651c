package dev.countersign.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.kernel.Violation;
import dev.countersign.server.http.KnownParameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The document is OpenAPI 3.1, complete enough that a client can be generated from it.
class DocumentTest {
  private static final String META_SCHEMA = "https://json-schema.org/draft/2020-12/schema";

  /// A keyword that is not here is probably misspelt, and JSON Schema would ignore it.
  private static final List<String> KEYWORDS =
      List.of(
          "$ref",
          "additionalProperties",
          "allOf",
          "anyOf",
          "const",
          "default",
          "dependentRequired",
          "description",
          "enum",
          "format",
          "items",
          "maxItems",
          "maxLength",
          "maximum",
          "minItems",
          "minLength",
          "minimum",
          "pattern",
          "properties",
          "required",
          "type",
          "uniqueItems");

  private static final String ACCESS = "/access/v1/";

  private static final Document DOCUMENT = Document.load();
  private static final Contract CONTRACT = Contract.of(DOCUMENT);

  @Test
  void theDocumentSaysWhatItIs() {
    assertThat(DOCUMENT.root().text("openapi"))
        .hasValueSatisfying(version -> assertThat(version).startsWith("3.1."));
    assertThat(DOCUMENT.section("info").text("title")).hasValue("Countersign");
    assertThat(DOCUMENT.section("info").text("version")).isPresent();
  }

  @Test
  void everyReferenceLeadsSomewhereAndEveryComponentIsUsed() {
    var references = DOCUMENT.references();
    assertThat(references)
        .allSatisfy(reference -> assertThat(DOCUMENT.target(reference)).as(reference).isPresent());
    var components = new TreeSet<String>();
    DOCUMENT
        .section("components")
        .members()
        .forEach((kind, named) -> {
          if (!kind.equals("securitySchemes")) {
            ((JsonObject) named)
                .members()
                .keySet()
                .forEach(name -> components.add("#/components/" + kind + "/" + name));
          }
        });
    assertThat(references).isEqualTo(components);
  }

  @Test
  void everyOperationIsNamedOnceAndHasAKnownTag() {
    var tags =
        DOCUMENT.root().items("tags").stream()
            .map(tag -> ((JsonObject) tag).text("name").orElseThrow())
            .toList();
    assertThat(DOCUMENT.operations())
        .extracting(operation -> operation.text("operationId"))
        .doesNotHaveDuplicates();
    assertThat(DOCUMENT.operations())
        .allSatisfy(operation -> {
          assertThat(operation.path()).startsWith("/");
          assertThat(operation.text("summary")).as(operation.name()).isNotEmpty();
          assertThat(operation.node().items("tags"))
              .as(operation.name())
              .hasSize(1)
              .allSatisfy(tag -> assertThat(tags).contains(((Json.JsonString) tag).value()));
        });
  }

  @Test
  void everyParameterOfAPathIsDescribed() {
    assertThat(DOCUMENT.operations())
        .allSatisfy(operation -> {
          var inPath =
              operation.parameters(DOCUMENT).stream()
                  .filter(parameter -> parameter.text("in").orElseThrow().equals("path"))
                  .toList();
          assertThat(inPath)
              .extracting(parameter -> parameter.text("name").orElseThrow())
              .as(operation.name())
              .containsExactlyElementsOf(operation.pathParameters());
          assertThat(inPath)
              .allSatisfy(parameter ->
                  assertThat(parameter.truth("required")).as(operation.name()).hasValue(true));
        });
  }

  /// Others are refused, so one that is not described could not be used.
  @Test
  void theParametersOfAQueryAreThoseThatTheRouteReads() {
    var read =
        Route.all().stream()
            .collect(
                Collectors.toMap(
                    Route::name, route -> KnownParameters.of(route.code()).repeatable()));
    assertThat(DOCUMENT.operations())
        .allSatisfy(operation -> {
          var described = new TreeMap<String, Boolean>();
          for (var parameter : operation.parameters(DOCUMENT)) {
            if (parameter.text("in").orElseThrow().equals("query")) {
              var schema = DOCUMENT.resolved(parameter.object("schema").orElseThrow());
              described.put(
                  parameter.text("name").orElseThrow(),
                  schema.text("type").equals(Optional.of("array")));
            }
          }
          assertThat(described).as(operation.name()).isEqualTo(read.get(operation.name()));
        });
    assertThat(read.get("GET /v1/events")).containsEntry("action", true);
    assertThat(read.get("GET /v1/decisions")).containsEntry("outcome", false);
  }

  @Test
  void aParameterThatIsNotReadOrGivenTwiceIsRefused() {
    var known =
        Route.all().stream()
            .filter(route -> route.name().equals("GET /v1/events"))
            .map(route -> KnownParameters.of(route.code()))
            .findFirst()
            .orElseThrow();
    assertThat(known.wrong(Map.of("action", List.of("gate.*", "case.*"), "limit", List.of("1"))))
        .isEmpty();
    assertThat(known.wrong(Map.of("", List.of("")))).isEmpty();
    assertThat(known.wrong(Map.of("limit", List.of("1", "2"), "acton", List.of("gate.*"))))
        .containsExactly(
            new Violation(
                "acton",
                "unknown_parameter",
                "is not a parameter of this address; there are `action`, `limit`"),
            new Violation("limit", "duplicate", "is given more than once"));
    var many =
        IntStream.range(0, 5_000)
            .boxed()
            .collect(Collectors.toMap(i -> "x".repeat(500) + i, _ -> List.of("")));
    assertThat(known.wrong(many))
        .hasSize(20)
        .allSatisfy(problem -> assertThat(problem.pointer()).hasSize(100));
  }

  @Test
  void everyOperationDescribesTheRefusalsThatItCanMeet() {
    assertThat(DOCUMENT.operations())
        .allSatisfy(operation -> {
          var statuses = operation.responses().members().keySet();
          assertThat(statuses)
              .as(operation.name())
              .contains("500", "503")
              .allMatch(status -> status.matches("[2-5][0-9]{2}"))
              .filteredOn(status -> status.startsWith("2"))
              // 202 is a run that goes on, or a change that waits for a second person.
              .isIn(
                  List.of("200"),
                  List.of("201"),
                  List.of("202"),
                  List.of("204"),
                  List.of("200", "202"));
          if (!operation.open()) {
            assertThat(statuses).as(operation.name()).contains("401", "403", "429");
            // A parameter that is none is refused, but where a standard has it ignored.
            if (!operation.path().startsWith("/access/")) {
              assertThat(statuses).as(operation.name()).contains("400");
            }
          }
          if (operation.readsJson()) {
            assertThat(statuses).as(operation.name()).contains("400", "413", "415");
          }
        });
  }

  @Test
  void everyRefusalIsAProblemDocument() {
    assertThat(DOCUMENT.operations())
        .allSatisfy(operation ->
            operation
                .responses()
                .members()
                .forEach((status, response) -> {
                  if (!status.startsWith("2") && !saysItsSize(operation, status)) {
                    var resolved = DOCUMENT.resolved((JsonObject) response);
                    assertThat(resolved.object("content").orElseThrow().members().keySet())
                        .as(operation.name())
                        .containsExactly("application/problem+json");
                    var headers =
                        resolved.object("headers").orElse(JsonObject.EMPTY).members().keySet();
                    if (status.equals("429") || status.equals("503")) {
                      assertThat(headers).as(status).contains("Retry-After");
                    }
                    if (status.equals("401")) {
                      assertThat(headers).as(status).contains("WWW-Authenticate");
                    }
                  }
                }));
  }

  /// C2SP tlog-witness has the body of this one be a number.
  private static boolean saysItsSize(Operation operation, String status) {
    return operation.path().equals("/witness/add-checkpoint") && status.equals("409");
  }

  @Test
  void everyAnswerToAWriteCarriesItsTicket() {
    assertThat(DOCUMENT.operations())
        .filteredOn(operation -> !operation.records().isEmpty())
        // An export's entry stands in its own last line.
        .filteredOn(operation -> !operation.permission().endsWith(":export"))
        .filteredOn(operation -> !operation.path().startsWith(ACCESS))
        // Each item of several decisions has its own.
        .filteredOn(operation -> !operation.text("operationId").equals("decideSeveral"))
        .allSatisfy(operation -> {
          var body = success(operation).object("content").orElseThrow();
          var schema = body.object("application/json").orElseThrow().object("schema").orElseThrow();
          assertThat(CONTRACT.problems(schema, "{}"))
              .as(operation.name())
              .anySatisfy(problem -> assertThat(problem).contains("'ticket'"));
        });
  }

  /// AuthZEN gives the members beside `context` their meaning, and `context` to us.
  @Test
  void everyAnswerOfAuthZenCarriesItsTicketInItsContext() {
    for (var schema : List.of("EvaluationAnswer", "EntitySearchAnswer", "ActionSearchAnswer")) {
      var reference = Json.object().put("$ref", Document.SCHEMAS + schema).build();
      assertThat(CONTRACT.problems(reference, "{\"context\":{}}"))
          .as(schema)
          .anySatisfy(problem -> assertThat(problem).contains("'ticket'"));
    }
  }

  @Test
  void everySchemaIsJsonSchema() {
    var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    var metaSchema = registry.getSchema(SchemaLocation.of(META_SCHEMA));
    DOCUMENT
        .schemas()
        .members()
        .forEach((name, schema) -> {
          assertThat(metaSchema.validate(JsonWriter.text(schema), InputFormat.JSON))
              .as(name)
              .isEmpty();
          var reference = Json.object().put("$ref", Document.SCHEMAS + name).build();
          // Compiles it, and all that it refers to; what comes of it does not matter.
          assertThat(CONTRACT.problems(reference, "null")).as(name).isNotNull();
          assertKeywords(name, (JsonObject) schema);
        });
  }

  private static void assertKeywords(String where, JsonObject schema) {
    assertThat(KEYWORDS).as(where).containsAll(schema.members().keySet());
    schema
        .object("properties")
        .orElse(JsonObject.EMPTY)
        .members()
        .forEach((name, property) -> assertKeywords(where + "/" + name, (JsonObject) property));
    schema.object("items").ifPresent(items -> assertKeywords(where + "/items", items));
    schema.object("additionalProperties").ifPresent(more -> assertKeywords(where + "/*", more));
    for (var list : List.of("allOf", "anyOf")) {
      schema.items(list).forEach(part -> assertKeywords(where + "/" + list, (JsonObject) part));
    }
  }

  @Test
  void whatIsRequiredIsDescribed() {
    DOCUMENT
        .schemas()
        .members()
        .forEach((name, schema) -> assertRequiredIsDescribed(name, (JsonObject) schema));
  }

  private static void assertRequiredIsDescribed(String where, JsonObject schema) {
    var properties = schema.object("properties").orElse(JsonObject.EMPTY).members();
    assertThat(schema.items("required"))
        .as(where)
        .allSatisfy(
            required -> assertThat(properties).containsKey(((Json.JsonString) required).value()));
    properties.forEach(
        (name, property) -> assertRequiredIsDescribed(where + "/" + name, (JsonObject) property));
    schema.items("allOf").forEach(part -> assertRequiredIsDescribed(where, (JsonObject) part));
  }

  private static JsonObject success(Operation operation) {
    return operation.responses().members().entrySet().stream()
        .filter(response -> response.getKey().startsWith("2"))
        .map(response -> (JsonObject) response.getValue())
        .findFirst()
        .orElseThrow();
  }
}
