package dev.countersign.trust.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.trust.HarmBudget;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.ScoreWeights;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Severity;
import dev.countersign.trust.store.TrustStore;
import java.util.List;
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

  @Test
  void whoSaysNothingOfWeightsGetsTheUsualOnes() {
    assertThat(parse("0.1", "0.1", "0.1", "0.1", "0.01").weights()).isEqualTo(ScoreWeights.USUAL);
    assertThat(weighing("null").weights()).isEqualTo(ScoreWeights.USUAL);
  }

  @Test
  void weightsAreReadInTenThousandths() {
    assertThat(weighing(weights("0.7", "0.1", "0.1", "0.1", "1")).weights())
        .isEqualTo(new ScoreWeights(7_000, 1_000, 1_000, 1_000, 10_000));
    assertThat(weighing(weights("0.0001", "0.9999", "0", "0", "0")).weights())
        .isEqualTo(new ScoreWeights(1, 9_999, 0, 0, 0));
  }

  @Test
  void weightsThatDoNotAddUpAreRefusedWithWhatIsMissing() {
    assertThat(refused(weights("0.35", "0.25", "0.25", "0.1501", "0.25")))
        .containsExactly(
            new Violation(
                "/score_weights",
                "wrong_value",
                "`reliability`, `alignment`, `safety` and `value` must add up to 1; they come to"
                    + " 1.0001: take away 0.0001"));
    assertThat(refused(weights("0.3", "0.2", "0.2", "0.1", "0.25")))
        .extracting(Violation::message)
        .containsExactly(
            "`reliability`, `alignment`, `safety` and `value` must add up to 1; they come to 0.8:"
                + " add 0.2");
  }

  @Test
  void everyWeightHasItsLimitsAndAllProblemsAreSaidAtOnce() {
    assertThat(refused(weights("0", "0.5", "0.25", "0.25", "1.01")))
        .extracting(Violation::pointer, Violation::code)
        .containsExactlyInAnyOrder(
            tuple("/score_weights/reliability", "out_of_range"),
            tuple("/score_weights/override_rate", "out_of_range"));
    assertThat(refused(weights("0.35001", "0.24999", "-0.1", "\"a\"", "0.25")))
        .extracting(Violation::pointer, Violation::code)
        .containsExactlyInAnyOrder(
            tuple("/score_weights/reliability", "wrong_value"),
            tuple("/score_weights/alignment", "wrong_value"),
            tuple("/score_weights/safety", "out_of_range"),
            tuple("/score_weights/value", "wrong_type"));
    assertThat(refused("{\"reliability\":1,\"speed\":0}"))
        .extracting(Violation::pointer, Violation::code)
        .containsExactlyInAnyOrder(
            tuple("/score_weights/alignment", "missing"),
            tuple("/score_weights/safety", "missing"),
            tuple("/score_weights/value", "missing"),
            tuple("/score_weights/override_rate", "missing"),
            tuple("/score_weights/speed", "unknown_field"));
  }

  /// So that whoever has the log folds by the same setting.
  @Test
  void theEntryHasTheWholeSettingBeforeAndAfter() {
    try (var world = new TrustWorld()) {
      var tenant = world.database.tenant();
      var set = new SetTrust(world.database.transactions(), world.ledger, new TrustStore());
      var answer =
          set.set(world.call(tenant), weighing(weights("0.7", "0.1", "0.1", "0.1", "0.5")))
              .answer();
      Setting inForce = world.run(tenant, Rules.READ, new TrustStore()::setting);
      assertThat(inForce.weights()).isEqualTo(new ScoreWeights(7_000, 1_000, 1_000, 1_000, 5_000));
      assertThat(Setting.fromJson(answer)).isEqualTo(inForce);
      var content = world.log(tenant).getLast().content();
      var details = content.object("details").orElse(content);
      assertThat(Setting.fromJson(details.object("before").orElseThrow()))
          .isEqualTo(Setting.STRICTEST);
      assertThat(Setting.fromJson(details.object("after").orElseThrow())).isEqualTo(inForce);
    }
  }

  private static List<Violation> refused(String weights) {
    try {
      weighing(weights);
    } catch (Refusal.Invalid invalid) {
      return invalid.violations();
    }
    throw new AssertionError("nothing was refused");
  }

  private static String weights(String r, String a, String s, String v, String o) {
    return "{\"reliability\":%s,\"alignment\":%s,\"safety\":%s,\"value\":%s,\"override_rate\":%s}"
        .formatted(r, a, s, v, o);
  }

  private static SetTrust.Request weighing(String weights) {
    var step = "{\"budget\":0.01,\"harm_from\":\"minor\"}";
    var text =
        "{\"steps\":[%s,%s,%s,%s],\"risk\":0.01,\"promotion\":\"signed\",\"score_weights\":%s,\"reason\":\"r\"}"
            .formatted(step, step, step, step, weights);
    return SetTrust.parse(JsonReader.readObject(text));
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
