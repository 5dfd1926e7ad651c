package dev.countersign.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.countersign.policy.AttributePath;
import dev.countersign.policy.Checks;
import dev.countersign.policy.Conditions.Compilation;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Reads;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadingTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "true                                                    |",
        "context.model.external                                  | context.model.external",
        "context[\"model\"][\"external\"] == true                | context.model.external",
        "has(context.metadata.tokens)                            | context.metadata.tokens",
        "\"tokens\" in context.metadata                          | context.metadata.tokens",
        "\"admin\" in subject.properties.roles                   | subject.properties.roles.admin",
        "size(context.metadata) > 1                              | context.metadata",
        "context.metadata.exists(k, k == \"a\")                  | context.metadata",
        "resource.id.startsWith(\"gpt\") && action.name != \"x\" | action.name resource.id",
        "has(context.metadata.a) ? context.metadata.a == context.tenant.token_limit : false | context.metadata.a context.tenant.token_limit",
        "{\"a\": resource.id}[\"a\"] == \"b\" && [action.name] == [] | action.name resource.id",
      })
  void everyAttributeThatAConditionLooksAtIsNamed(String condition, String paths) {
    var expected = paths == null ? List.<String>of() : List.of(paths.split(" "));
    var expression = tree(condition);
    assertThat(
            Reading.of(
                    expression,
                    GuaranteedKeys.of(Checks.policy("a", new Effect.Forbid(), "true").appliesTo()))
                .paths())
        .extracting(AttributePath::toString)
        .containsExactlyElementsOf(expected);
  }

  @Test
  void whatStandsNextToAnAttributeIsKept() {
    var reads =
        reads(
            "has(context.metadata.tokens) && context.metadata.tokens > 100"
                + " && context.metadata.tokens < context.tenant.token_limit"
                + " && resource.id in [\"a\", \"b\"] && resource.id.endsWith(\"z\")");
    var tokens = AttributePath.of("context", "metadata", "tokens");
    assertThat(reads.literals().get(tokens)).hasToString("[JsonNumber[value=100.0]]");
    assertThat(reads.beside().get(tokens))
        .containsExactly(AttributePath.of("context", "tenant", "token_limit"));
    assertThat(reads.literals().get(AttributePath.of("resource", "id"))).hasSize(3);
  }

  @Test
  void theGuaranteedOnesAreToldFromTheOthers() {
    var reads = reads("context.model.external || has(context.model.region)");
    assertThat(reads.guaranteed())
        .containsExactly(AttributePath.of("context", "model", "external"));
    assertThat(reads.sees(AttributePath.of("context", "model"))).isTrue();
    assertThat(reads.sees(AttributePath.of("context", "metadata"))).isFalse();
  }

  private static Reads reads(String condition) {
    var compiled = Checks.CONDITIONS.compile(Checks.policy("a", new Effect.Forbid(), condition));
    assertThat(compiled).isInstanceOf(Compilation.Compiled.class);
    return ((Compilation.Compiled) compiled).condition().reads();
  }

  private static CelExpr tree(String condition) {
    try {
      return Checks.CONDITIONS.tree(condition).getExpr();
    } catch (CelValidationException e) {
      throw new AssertionError(e);
    }
  }
}
