package dev.countersign.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonReader.MalformedJson;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.Predicates.Variable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Why an expression could not be evaluated is told in words, without the library's own.
class CelFailureTest {
  private static final Variable CASE =
      new Variable(
          "case",
          new TreeMap<>(
              Map.of("reference", Predicates.Type.TEXT, "attributes", Predicates.Type.OBJECT)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "case.attributes.refills > 0 | there is no `refills`",
        "case.attributes.list[7] == 1 | a list has no such item",
        "case.attributes.n / 0 == 1 | it divides by zero",
        "case.attributes.n + 9223372036854775807 > 0 | a number is too large",
        "case.attributes.n > case.attributes.text | a value is not of the type that it needs",
        "int(case.attributes.text) == 1 | a value is not of the form that it needs",
      })
  void theReasonIsInOurWords(String expression, String why) throws MalformedJson {
    var compiled = new CelPredicates().compile(expression, List.of(CASE));
    assertThat(compiled).isInstanceOf(Predicates.Compilation.Compiled.class);
    JsonObject subject =
        JsonReader.readObject(
            "{\"reference\":\"RX-1\",\"attributes\":{\"n\":1,\"text\":\"x\",\"list\":[1]}}");
    var outcome =
        ((Predicates.Compilation.Compiled) compiled).predicate().test(Map.of("case", subject));
    assertThat(outcome).isEqualTo(new Outcome.Errored(why));
  }
}
