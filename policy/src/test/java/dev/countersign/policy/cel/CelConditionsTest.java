package dev.countersign.policy.cel;

import static dev.countersign.policy.cel.Conditioned.policy;
import static dev.countersign.policy.cel.Conditioned.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.Conditions.Compilation;
import dev.countersign.policy.Conditions.Problem;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.PolicyProblem;
import dev.countersign.policy.StarterSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CelConditionsTest {
  private static final CelConditions CONDITIONS = new CelConditions();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "true                                                             | {}               | yes",
        "has(context.rows) && context.rows > 1000                         | {\"rows\":1001}  | yes",
        "has(context.rows) && context.rows > 1000                         | {\"rows\":1000}  | no",
        "has(context.rows) && context.rows > 1000                         | {\"rows\":1000.5}| yes",
        "has(context.rows) && context.rows > 1000                         | {}               | no",
        "has(context.rows) && context.rows > 1000                         | {\"rows\":\"9\"} | fails",
        "has(context.rows) && context.rows / 2 == 2                       | {\"rows\":5}     | yes",
        "has(context.rows) && context.rows * 1.5 > 2.0                    | {\"rows\":2}     | fails",
        "has(context.rows) && double(context.rows) * 1.5 > 2.0            | {\"rows\":2}     | yes",
        "has(context.name) && context.name.startsWith('a')                | {\"name\":\"ab\"}| yes",
        "has(context.tags) && context.tags.exists(t, t == 'x')            | {\"tags\":[\"y\",\"x\"]} | yes",
        "has(context.tags) && context.tags.all(t, has(t.n) && t.n > 0)    | {\"tags\":[{\"n\":1}]} | yes",
        "has(context.tags) && size(context.tags) == 2                     | {\"tags\":[1,2]} | yes",
        "has(context.name) && context.name == null                        | {\"name\":null}  | yes",
        "has(context.name) && context.name                                | {\"name\":\"x\"} | fails",
        "has(context.a) && context.a == {'k': [1, 2.5]}                   | {\"a\":{\"k\":[1,2.5]}} | yes",
        "'admin' in subject.properties.roles                              | {}               | yes",
        "action.name == 'classify' && resource.id == 'gpt-4'              | {}               | yes",
        "!(subject.type == 'api_key' && resource.type == 'model')         | {}               | no",
      })
  void aConditionMeansWhatItSays(String text, String context, String expected) {
    var condition =
        switch (CONDITIONS.compile(policy(text, "model"))) {
          case Compilation.Compiled(var ready) -> ready;
          case Compilation.Rejected(var problems) -> throw new AssertionError(problems);
        };
    var word =
        switch (condition.evaluate(request(context))) {
          case Outcome.Satisfied() -> "yes";
          case Outcome.Unsatisfied() -> "no";
          case Outcome.Errored(var _) -> "fails";
        };
    assertThat(word).isEqualTo(expected);
  }

  @Test
  void aTypeErrorIsNamedWithLineAndColumn() {
    var compilation = CONDITIONS.compile(policy("true &&\n  1 + 'a' == 2"));
    assertThat(compilation)
        .isInstanceOfSatisfying(
            Compilation.Rejected.class,
            rejected -> {
              assertThat(rejected.problems()).extracting(Problem::line).containsExactly(2);
              assertThat(rejected.problems()).extracting(Problem::column).containsExactly(5);
              assertThat(rejected.problems().getFirst().message()).contains("no matching overload");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'text'          | expected type 'bool'",
        "unknown.x       | undeclared reference to 'unknown'",
        "true &&         | mismatched input",
        "nosuch(1)       | undeclared reference to 'nosuch'",
      })
  void whatIsNoConditionIsRefused(String condition, String words) {
    assertThat(CONDITIONS.compile(policy(condition)))
        .isInstanceOfSatisfying(
            Compilation.Rejected.class,
            rejected -> assertThat(rejected.problems().toString()).contains(words));
  }

  @Test
  void aConditionThatVisitsTooMuchFails() {
    var many = new StringBuilder("{\"tags\":[0");
    for (int i = 0; i < 200; i++) {
      many.append(",0");
    }
    var condition = "has(context.tags) && context.tags.all(a, context.tags.all(b, a == b))";
    assertThat(CONDITIONS.compile(policy(condition)))
        .isInstanceOfSatisfying(
            Compilation.Compiled.class,
            compiled ->
                assertThat(compiled.condition().evaluate(request(many.append("]}").toString())))
                    .isInstanceOf(Outcome.Errored.class));
  }

  @Test
  void aConditionNestedTooDeepIsRefused() {
    var condition = "(".repeat(200) + "true" + ")".repeat(200);
    assertThat(CONDITIONS.compile(policy(condition))).isInstanceOf(Compilation.Rejected.class);
  }

  @Test
  void theStarterSetHasNoProblems() {
    assertThat(PolicyProblem.in(StarterSet.read(), CONDITIONS)).isEmpty();
  }
}
