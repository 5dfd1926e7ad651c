package dev.countersign.policy.cel;

import static dev.countersign.policy.cel.Conditioned.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.policy.Conditions.Compilation;
import dev.countersign.policy.Conditions.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardsTest {
  private static final CelConditions CONDITIONS = new CelConditions();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "has(context.a) && context.a == 1",
        "!has(context.a) || context.a == 1",
        "has(context.a) ? context.a == 1 : true",
        "!has(context.a) ? true : context.a == 1",
        "'a' in context && context.a == 1",
        "has(context.a) && context['a'] == 1",
        "has(context.a) && has(context.a.b) && context.a.b == 1",
        "has(context.a) && (context.a == 1 || context.a == 2)",
        "(has(context.a) && has(context.b)) && context.a == context.b",
        "!(has(context.a) && has(context.b)) || context.a == context.b",
        "(has(context.a) || has(context.a)) && context.a == 1",
        "has(context.l) && context.l.exists(x, has(x.a) && x.a == 1)",
        "has(context.a) && has(context.l) && context.l.all(x, x == context.a)",
        "subject.id == 'x' && action.name == resource.type",
        "context.tenant.row_count_limit > 1",
      })
  void aGuardedReadIsAccepted(String condition) {
    assertThat(CONDITIONS.compile(policy(condition))).isInstanceOf(Compilation.Compiled.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "context.a == 1",
        "context['a'] == 1",
        "context.a == 1 && has(context.a)",
        "has(context.a) || context.a == 1",
        "!has(context.a) && context.a == 1",
        "has(context.b) && context.a == 1",
        "(has(context.a) || has(context.b)) && context.a == 1",
        "has(context.a) ? true : context.a == 1",
        "has(context.a.b)",
        "has(context.a.b) && has(context.a.c)",
        "has(context.a) && context.a.b == 1",
        "has(context.l) && context.l.exists(x, x.a == 1)",
        "has(context.l) && context.l[0] == 1",
        "has(context.l) && context.l.exists(context, has(context.a) && context.a)",
        "has(context.l) && context.l.exists(x, has(x.a)) && context.l.exists(x, x.a == 1)",
        "{'a': 1}['b'] == 1",
        "[context.a].size() == 1",
        "size(context.a) == 1",
        "context.a.startsWith('x')",
        "subject.properties.team == 'x'",
        "context.model.external",
      })
  void anUnguardedReadIsRefused(String condition) {
    assertThat(CONDITIONS.compile(policy(condition))).isInstanceOf(Compilation.Rejected.class);
  }

  @Test
  void theProblemNamesThePlaceAndTheRemedy() {
    assertThat(CONDITIONS.compile(policy("true &&\ncontext.metadata.rows > 1", "model")))
        .isInstanceOfSatisfying(
            Compilation.Rejected.class,
            rejected -> {
              assertThat(rejected.problems()).extracting(Problem::line).containsExactly(2);
              assertThat(rejected.problems().getFirst().message())
                  .contains("ask `has(context.metadata.rows)` first");
            });
  }

  @Test
  void whatOnlyChecksHaveIsGuaranteedOnlyToPoliciesOnModels() {
    assertThat(CONDITIONS.compile(policy("context.model.external", "model")))
        .isInstanceOf(Compilation.Compiled.class);
    assertThat(CONDITIONS.compile(policy("context.model.external", "model", "case")))
        .isInstanceOf(Compilation.Rejected.class);
  }
}
