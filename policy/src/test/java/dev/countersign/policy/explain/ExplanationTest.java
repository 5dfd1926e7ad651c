package dev.countersign.policy.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.policy.Action;
import dev.countersign.policy.AttributePath;
import dev.countersign.policy.Checks;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Entity;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Request;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.explain.Explanation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTest {
  private static final TenantPolicies STARTER = Checks.starter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gpt-4  | classify | {\"contains_personal_data\":true} | found | metadata.contains_personal_data: true > false",
        "gpt-4  | classify | {\"is_external_model\":true}      | found | metadata.is_external_model: true > false",
        "cloudy | classify | {}                                | found | model: \"cloudy\" > \"gpt-4\"",
        "nobody | classify | {\"is_external_model\":false}     | found | model: \"nobody\" > \"gpt-4\"",
        "cloudy | classify | {\"contains_personal_data\":true} | found | metadata.contains_personal_data: true > false, model: \"cloudy\" > \"gpt-4\"",
        "gpt-4  | classify | {\"contains_personal_data\":true,\"is_external_model\":true} | found | metadata.contains_personal_data: true > false, metadata.is_external_model: true > false",
        "gpt-4  | novel    | {\"row_count\":10001}             | found | metadata.row_count: 10001 > 10000; operation: \"novel\" > \"classify\"",
        "cloudy | classify | {\"contains_personal_data\":true,\"is_external_model\":true} | none_found |",
        "gpt-4  | classify | {}                                | permitted |",
      })
  void theStarterSetsRefusalsAreExplained(
      String model, String operation, String metadata, String outcome, String suggestions) {
    var explanation =
        Explanation.of(Checks.check(STARTER, model, operation, metadata).request(), STARTER);
    assertThat(explanation.outcome().word()).isEqualTo(outcome);
    assertThat(words(explanation)).isEqualTo(suggestions == null ? "" : suggestions);
    assertThat(explanation.suggestions())
        .allSatisfy(suggestion -> assertThat(suggestion.decision().allowed()).isTrue());
  }

  @Test
  void aSearchThatHasNoTimeLeftSaysThatItWasCutShort() {
    var request =
        Checks.check(STARTER, "gpt-4", "classify", "{\"contains_personal_data\":true}").request();
    var space = SearchSpace.of(request, STARTER);
    var search = new Search(AskedAgain.of(request), STARTER, space, Duration.ZERO);
    assertThat(search.smallest()).isEmpty();
    assertThat(search.complete()).isFalse();
    assertThat(search.evaluations()).isEqualTo(1);
  }

  @Test
  void whatIsNotTheCallersIsNamedAndNeverChanged() {
    var policies =
        forbidding("!(\"admin\" in subject.properties.roles) && context.tenant.token_limit > 5");
    var explanation =
        Explanation.of(Checks.check(policies, "gpt-4", "classify", "{}").request(), policies);
    assertThat(explanation.outcome()).isEqualTo(Outcome.NONE_FOUND);
    assertThat(explanation.fixed())
        .extracting(AttributePath::toString)
        .containsExactly("context.tenant.token_limit", "subject.properties.roles.admin");
  }

  @Test
  void wordsAndNumbersComeFromThePoliciesNearestFirst() {
    var numbers =
        forbidding(
            "!has(context.metadata.tokens) || context.metadata.tokens > 700"
                + " || context.metadata.tokens == 699");
    var tokens =
        Explanation.of(
            Checks.check(numbers, "gpt-4", "classify", "{\"tokens\":900}").request(), numbers);
    assertThat(words(tokens)).isEqualTo("metadata.tokens: 900 > 700");
    var words =
        forbidding(
            "!(has(context.metadata.region) && context.metadata.region in [\"eu\", \"uk\"])");
    var region = Explanation.of(Checks.check(words, "gpt-4", "classify", "{}").request(), words);
    assertThat(words(region)).isEqualTo("metadata.region: null > \"eu\"");
  }

  @Test
  void aClassOfDataThatAModelTakesIsFound() {
    var policies =
        forbidding(
            "!(has(context.metadata.data_classification) &&"
                + " context.metadata.data_classification in context.model.data_classes)");
    var explanation =
        Explanation.of(
            Checks.check(policies, "gpt-4", "classify", "{\"data_classification\":\"secret\"}")
                .request(),
            policies);
    assertThat(words(explanation))
        .isEqualTo("metadata.data_classification: \"secret\" > \"public\"");
  }

  @Test
  void aDeclarationIsNeverLeftOut() {
    var policies = forbidding("has(context.metadata.intent)");
    var explanation =
        Explanation.of(
            Checks.check(policies, "gpt-4", "classify", "{\"intent\":\"x\"}").request(), policies);
    assertThat(explanation.outcome()).isEqualTo(Outcome.NONE_FOUND);
  }

  @Test
  void aSpaceThatIsTooLargeIsNotCalledSearched() {
    var condition = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      condition.add("\"w" + i + "\"");
    }
    var policies =
        forbidding(
            "!has(context.metadata.region) || context.metadata.region in "
                + condition
                + " || true");
    var explanation =
        Explanation.of(Checks.check(policies, "gpt-4", "classify", "{}").request(), policies);
    assertThat(explanation.outcome()).isEqualTo(Outcome.NOT_EXHAUSTED);
  }

  @Test
  void evaluationsAreBounded() {
    var keys = new TreeMap<String, Declaration>();
    var condition = new StringBuilder("true");
    for (int i = 0; i < 30; i++) {
      keys.put("k" + i, new Declaration("k" + i, Declaration.Type.STRING, 20));
      condition.append(" && (!has(context.metadata.k" + i + ") || context.metadata.k" + i);
      condition.append(" in [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"] || true)");
    }
    var facts = Checks.facts(Checks.VALUES, keys.values().toArray(Declaration[]::new));
    var policies =
        Checks.policies(
            1,
            Checks.starterWith(Checks.policy("no", new Effect.Forbid(), condition.toString())),
            facts);
    var explanation =
        Explanation.of(Checks.check(policies, "gpt-4", "classify", "{}").request(), policies);
    assertThat(explanation.evaluations()).isEqualTo(Explanation.MOST_EVALUATIONS);
    assertThat(explanation.outcome()).isEqualTo(Outcome.NOT_EXHAUSTED);
  }

  @Test
  void aRequestThatCouldNotBeMadeTodayIsNotExplainedAway() {
    var then =
        Checks.policies(
            1,
            new PolicySet(List.of(), 50),
            Checks.facts(Checks.VALUES, new Declaration("purpose", Declaration.Type.STRING, 20)));
    var explanation =
        Explanation.of(
            Checks.check(then, "gpt-4", "classify", "{\"purpose\":\"x\"}").request(), STARTER);
    assertThat(explanation.outcome()).isEqualTo(Outcome.NOT_ASKABLE);
    assertThat(explanation.problems().getFirst().code()).isEqualTo("undeclared_key");
  }

  @Test
  void onlyChecksAreExplained() {
    var other =
        new Request(
            new Entity("user", "u"),
            new Action("read"),
            new Entity("file", "f"),
            Json.object().build());
    assertThatThrownBy(() -> Explanation.of(other, STARTER))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TenantPolicies forbidding(String condition) {
    return Checks.policies(
        1,
        Checks.starterWith(Checks.policy("no", new Effect.Forbid(), condition)),
        STARTER.facts());
  }

  private static String words(Explanation explanation) {
    return explanation.suggestions().stream()
        .map(suggestion ->
            suggestion.changes().stream()
                .map(change ->
                    change.attribute()
                        + ": "
                        + text(change.from().orElse(Json.NULL))
                        + " > "
                        + text(change.to()))
                .collect(Collectors.joining(", ")))
        .collect(Collectors.joining("; "));
  }

  private static String text(Json value) {
    return JsonWriter.text(value);
  }
}
