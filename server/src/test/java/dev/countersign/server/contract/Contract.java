package dev.countersign.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The published contract, which every answer of the server is held to.
///
/// An answer MUST have a status and a media type that the operation names, and its body MUST fit
/// the schema. The document lets answers gain fields; here they may not have one that it does not
/// name, so that a field nobody described fails a test.
///
/// ```java
/// private static final Contract CONTRACT = Contract.load();
///
/// CONTRACT.assertAnswer("POST", "/v1/cases", 201, "application/json", body);
/// ```
///
/// Immutable and safe for use by many threads.
public final class Contract {
  private static final String HOME = "https://countersign.dev/openapi";
  private static final String PROBLEM = Document.SCHEMAS + "Problem";
  private static final String PROBLEM_TYPE = "application/problem+json";

  private final Document document;
  private final List<Operation> operations;
  private final SchemaRegistry schemas;

  private Contract(Document document) {
    this.document = document;
    this.operations = document.operations();
    var text = JsonWriter.text(ClosedSchemas.of(document.root(), HOME));
    this.schemas =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder
                    .schemas(Map.of(HOME, text))
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
  }

  /// Reads the document from the class path.
  public static Contract load() {
    return new Contract(Document.load());
  }

  static Contract of(Document document) {
    return new Contract(document);
  }

  /// Fails unless the answer is one that the document describes.
  ///
  /// @param path as it was asked for; a query is left out of account
  /// @param contentType the media type, with or without parameters
  /// @param body the text; looked at only if it is JSON
  public void assertAnswer(
      String method, String path, int status, String contentType, String body) {
    var operation = operation(method, path);
    var answer = "%s answered %d".formatted(operation.name(), status);
    var response =
        operation
            .responses()
            .object(String.valueOf(status))
            .map(document::resolved)
            .orElseThrow(() -> new AssertionError(answer + ", which is not documented: " + body));
    var content = response.object("content").orElse(JsonObject.EMPTY);
    var media = mediaType(contentType);
    assertThat(content.members().keySet()).as(answer + " with its media type").contains(media);
    if (media.equals("application/json") || media.equals(PROBLEM_TYPE)) {
      var schema = content.object(media).flatMap(type -> type.object("schema")).orElseThrow();
      assertThat(problems(schema, body)).as(answer + " with " + body).isEmpty();
    }
    if (media.equals(PROBLEM_TYPE)) {
      assertSaysItsStatus(status, body);
    }
  }

  /// Fails unless the answer is a problem document of that status; for addresses and methods that
  /// the document does not have.
  public void assertProblem(int status, String contentType, String body) {
    assertThat(mediaType(contentType)).isEqualTo(PROBLEM_TYPE);
    assertThat(problems(Json.object().put("$ref", PROBLEM).build(), body)).as(body).isEmpty();
    assertSaysItsStatus(status, body);
  }

  /// What is wrong with `json` under a schema of the document, each thing a line.
  List<String> problems(JsonObject schema, String json) {
    var closed = ClosedSchemas.of(schema, HOME);
    return schemas
        .getSchema(JsonWriter.text(closed), InputFormat.JSON)
        .validate(json, InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }

  /// The route that answers an address, as [Route#name] writes it.
  public String route(String method, String path) {
    return operation(method, path).name();
  }

  /// The operation that answers an address; a path without parameters wins over one with.
  Operation operation(String method, String path) {
    int query = path.indexOf('?');
    var address = query < 0 ? path : path.substring(0, query);
    return operations.stream()
        .filter(operation -> operation.method().equals(method.toLowerCase(Locale.ROOT)))
        .filter(operation -> operation.matches(address, document))
        .min(Comparator.comparingInt(operation -> operation.pathParameters().size()))
        .orElseThrow(
            () -> new AssertionError("`%s %s` is not in the document".formatted(method, address)));
  }

  private static void assertSaysItsStatus(int status, String body) {
    assertThat(JsonReader.readObject(body).number("status")).as(body).hasValue((double) status);
  }

  private static String mediaType(String contentType) {
    return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }
}
