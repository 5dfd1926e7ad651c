package dev.countersign.trust.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.trust.HarmBudget;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.Severity;
import org.junit.jupiter.api.Test;

class SetTrustTest {

  @Test
  void whatIsAskedForIsRead() {
    var request = parse("0.2", "0.05", "0.05", "0.005", "1e-6");
    assertThat(request.budgets())
        .containsExactly(
            new HarmBudget(0.2, Severity.MAJOR),
            new HarmBudget(0.05, Severity.MAJOR),
            new HarmBudget(0.05, Severity.MAJOR),
            new HarmBudget(0.005, Severity.MAJOR));
    assertThat(request.risk()).isEqualTo(1e-6);
    assertThat(request.promotion()).isEqualTo(Promotion.AUTOMATIC);
  }

  @Test
  void everyNumberHasItsLimitsAndAllProblemsAreSaidAtOnce() {
    assertThatThrownBy(() -> parse("0.21", "0.02", "0.05", "0.0049", "0.11"))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            invalid ->
                assertThat(invalid.violations())
                    .extracting(Violation::pointer, Violation::code)
                    .containsExactlyInAnyOrder(
                        tuple("/steps/0/budget", "out_of_range"),
                        tuple("/steps/2/budget", "out_of_range"),
                        tuple("/steps/3/budget", "out_of_range"),
                        tuple("/risk", "out_of_range")));
    assertThatThrownBy(() -> parse("0.1", "0.05", "0.02", "0.01", "0"))
        .isInstanceOf(Refusal.Invalid.class);
  }

  @Test
  void threeStepsOrAnUnknownSeverityAreRefused() {
    var three = "{\"steps\":[{\"budget\":0.1,\"harm_from\":\"none\"}],\"profile\":\"demo\"}";
    assertThatThrownBy(() -> SetTrust.parse(JsonReader.readObject(three)))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            invalid ->
                assertThat(invalid.violations())
                    .extracting(Violation::pointer, Violation::code)
                    .containsExactlyInAnyOrder(
                        tuple("/steps/0/harm_from", "wrong_value"),
                        tuple("/steps", "too_few"),
                        tuple("/risk", "missing"),
                        tuple("/promotion", "missing"),
                        tuple("/reason", "missing"),
                        tuple("/profile", "unknown_field")));
  }

  private static SetTrust.Request parse(
      String first, String second, String third, String fourth, String risk) {
    var step = "{\"budget\":%s,\"harm_from\":\"major\"}";
    var text =
        "{\"steps\":[%s,%s,%s,%s],\"risk\":%s,\"promotion\":\"automatic\",\"reason\":\"r\"}"
            .formatted(
                step.formatted(first),
                step.formatted(second),
                step.formatted(third),
                step.formatted(fourth),
                risk);
    return SetTrust.parse(JsonReader.readObject(text));
  }
}
