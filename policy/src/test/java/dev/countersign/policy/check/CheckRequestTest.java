package dev.countersign.policy.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantValues;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckRequestTest {
  private static final TenantFacts FACTS = facts();

  @Test
  void aWholeRequestIsRead() {
    var request =
        read(
            """
            {"model": "gpt-4", "operation": "classify", "trace_id": "t-1",
             "metadata": {"intent": "triage", "contains_personal_data": true, "region": null,
               "tokens": 5, "row_count": 0, "department": "claims", "weight": -0.5},
             "subject": {"type": "user", "id": "u1"},
             "resource": {"type": "file", "id": "f1", "properties": {"k": [1]}}}
            """);
    assertThat(request.model()).isEqualTo("gpt-4");
    assertThat(request.traceId()).contains("t-1");
    assertThat(request.metadata().members().keySet())
        .containsExactly(
            "intent", "contains_personal_data", "tokens", "row_count", "department", "weight");
    assertThat(request.subject().orElseThrow().id()).isEqualTo("u1");
    assertThat(request.resource().orElseThrow().properties().items("k")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"contains_personal_data\":\"true\"} | /metadata/contains_personal_data wrong_type",
        "{\"is_external_model\":1}             | /metadata/is_external_model wrong_type",
        "{\"tokens\":-1}                       | /metadata/tokens out_of_range",
        "{\"row_count\":1.5}                   | /metadata/row_count wrong_type",
        "{\"row_count\":\"7\"}                 | /metadata/row_count wrong_type",
        "{\"intent\":7}                        | /metadata/intent wrong_type",
        "{\"surprise\":true}                   | /metadata/surprise undeclared_key",
        "{\"department\":\"longer than ten\"}  | /metadata/department wrong_length",
        "{\"department\":true}                 | /metadata/department wrong_type",
        "{\"weight\":\"1\"}                    | /metadata/weight wrong_type",
        "{\"prompt\":\"x\"}                    | /metadata/prompt forbidden_content",
      })
  void metadataIsOfItsDeclaredType(String metadata, String problem) {
    assertThat(
            problems("{\"model\":\"m\",\"operation\":\"o\",\"metadata\":%s}".formatted(metadata)))
        .containsExactly(problem);
  }

  @Test
  void allProblemsAreNamedAtOnceForbiddenContentFirst() {
    assertThat(
            problems(
                """
                {"operation": "%s", "prompt": "secret", "metadata": {"tokens": "1", "a/b": 1},
                 "subject": {"type": "user", "Input": {"prompt": 1}, "x": 1}, "extra": 1}
                """
                    .formatted("o".repeat(101))))
        .containsExactlyInAnyOrder(
            "/prompt forbidden_content",
            "/subject/Input forbidden_content",
            "/model missing",
            "/operation wrong_length",
            "/metadata/tokens wrong_type",
            "/metadata/a~1b undeclared_key",
            "/subject/id missing",
            "/subject/x unknown_field",
            "/extra unknown_field")
        .startsWith("/prompt forbidden_content", "/subject/Input forbidden_content");
  }

  @Test
  void noProblemRepeatsWhatTheCallerSent() {
    var refusal =
        catchThrowableOfType(
            Refusal.Invalid.class,
            () ->
                read(
                    """
                    {"model": {"a": "hunter2"}, "operation": 5, "text": "hunter2",
                     "metadata": {"intent": ["hunter2"], "data_classification": {"v": "hunter2"}}}
                    """));
    assertThat(refusal.violations()).hasSize(5);
    assertThat(refusal.violations().toString()).doesNotContain("hunter2");
  }

  @Test
  void theLimitsOfModelAndOperationAreExact() {
    var fits =
        "{\"model\":\"%s\",\"operation\":\"%s\",\"metadata\":{}}"
            .formatted("m".repeat(200), "o".repeat(100));
    assertThat(read(fits).model()).hasSize(200);
    assertThat(problems(fits.replace("mmm\"", "mmmm\"").replace("ooo\"", "oooo\"")))
        .containsExactly("/model wrong_length", "/operation wrong_length");
    assertThat(problems("{\"model\":\"\",\"operation\":\"\",\"metadata\":{}}"))
        .containsExactly("/model wrong_length", "/operation wrong_length");
  }

  @Test
  void aBodyThatIsNoObjectIsRefused() {
    assertThat(problems("[1]")).contains(" wrong_type");
  }

  @Test
  void aTenantCannotRedefineWhatEveryoneHas() {
    var declarations = new TreeMap<String, Declaration>();
    declarations.put("tokens", new Declaration("tokens", Declaration.Type.STRING, 10));
    var facts =
        new TenantFacts(new TreeMap<>(), new TreeSet<>(), declarations, TenantValues.DEFAULT);
    var refusal =
        catchThrowableOfType(
            Refusal.Invalid.class,
            () ->
                CheckRequest.read(
                    JsonReader.readObject(
                        "{\"model\":\"m\",\"operation\":\"o\",\"metadata\":{\"tokens\":\"x\"}}"),
                    facts));
    assertThat(refusal.violations()).hasSize(1);
    assertThat(Metadata.declarable("tokens")).isFalse();
    assertThat(Metadata.declarable("content")).isFalse();
    assertThat(Metadata.declarable("department")).isTrue();
  }

  private static CheckRequest read(String body) {
    return CheckRequest.read(JsonReader.read(body, JsonReader.DEFAULT_DEPTH), FACTS);
  }

  private static List<String> problems(String body) {
    Json json = JsonReader.read(body, JsonReader.DEFAULT_DEPTH);
    return catchThrowableOfType(Refusal.Invalid.class, () -> CheckRequest.read(json, FACTS))
        .violations()
        .stream()
        .map(violation -> violation.pointer() + " " + violation.code())
        .toList();
  }

  private static TenantFacts facts() {
    var declarations = new TreeMap<String, Declaration>();
    declarations.put("department", new Declaration("department", Declaration.Type.STRING, 10));
    declarations.put("weight", new Declaration("weight", Declaration.Type.NUMBER, 1));
    return new TenantFacts(new TreeMap<>(), new TreeSet<>(), declarations, TenantValues.DEFAULT);
  }
}
