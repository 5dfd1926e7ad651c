package dev.countersign.trust.laboratory.ladder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.trust.HarmBudget;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Stage;
import dev.countersign.trust.laboratory.Seeds;
import dev.countersign.trust.sequential.RiskLine;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LadderLaboratoryTest {
  private static final double RISK = 0.01;
  private static final Setting USUAL = LadderPlan.usual(RISK);

  /// The largest risk that a tenant may set: what it bounds happens often enough to be seen.
  private static final Setting RISKY = LadderPlan.usual(Setting.LARGEST_RISK);

  @Test
  void theQuickLadderMovesWhereProductionDoes() {
    int moves = 0;
    for (var scenario : LadderScenario.all()) {
      // Other lines make other moves.
      for (var setting : List.of(USUAL, RISKY)) {
        var quick = LadderLaboratory.quick(scenario, setting, Rules.OURS);
        var production = LadderLaboratory.folded(scenario, setting);
        long seed = Seeds.of(5, scenario.word(), 0);
        var expected = production.live(seed);
        var played = quick.live(seed);
        assertThat(played.moves).as("%s", scenario).isEqualTo(expected.moves);
        assertThat(played.harmfulRuns).isEqualTo(expected.harmfulRuns);
        moves += expected.moves.stream().mapToInt(List::size).sum();
      }
    }
    assertThat(moves).isGreaterThan(150);
  }

  @Test
  void itMovesWhereProductionDoesAtOtherBudgets() {
    var budgets = Stream.of(0.20, 0.20, 0.10, 0.10).map(HarmBudget::new).toList();
    var setting = new Setting(Profile.STANDARD, Promotion.AUTOMATIC, budgets, RISK);
    int moves = 0;
    for (var word :
        List.of("rate_9", "rate_10", "rate_20", "ladder_delayed_harm", "ladder_drift")) {
      var scenario = LadderScenario.parse(word).orElseThrow();
      for (int scope = 0; scope < 5; scope++) {
        long seed = Seeds.of(7, word, scope);
        var expected = LadderLaboratory.folded(scenario, setting).live(seed).moves;
        assertThat(LadderLaboratory.quick(scenario, setting, Rules.OURS).live(seed).moves)
            .as("%s", scenario)
            .isEqualTo(expected);
        moves += expected.getFirst().size();
      }
    }
    assertThat(moves).isGreaterThan(50);
  }

  @Test
  void fewerScopesThanTheRiskAreEverPromotedFalsely() throws InterruptedException {
    var report = play(new LadderLaboratory(), keepingTheNull(), 1_000, USUAL);
    for (var chapter : report.chapters()) {
      assertThat(chapter.result().falsely().high()).as("%s", chapter.scenario()).isLessThan(RISK);
      assertThat(chapter.result().agreed().value()).isEqualTo(1);
    }
  }

  @Test
  void aRiskThatIsNotDividedOverTheAttemptsIsFound() throws InterruptedException {
    var broken = new Rules((risk, _, scope) -> RiskLine.of(risk, 1, scope), true);
    var scenarios = named("ladder_restarter");
    assertThat(falsely(new LadderLaboratory(), scenarios, RISKY)).isLessThan(0.10);
    assertThat(falsely(new LadderLaboratory(broken), scenarios, RISKY)).isGreaterThan(0.10);
  }

  @Test
  void aRiskThatEachScopeTakesInFullIsFound() throws InterruptedException {
    // The first attempt of the first scope has a quarter of its step's risk.
    var broken = new Rules((risk, _, _) -> RiskLine.of(risk, 1, 1) / 4, true);
    var scenarios = named("ladder_splitting");
    // Not at the largest risk: there the days hold up what the lower lines would let pass.
    var ours = play(new LadderLaboratory(), scenarios, 1_000, USUAL);
    var theirs = play(new LadderLaboratory(broken), scenarios, 1_000, USUAL);
    assertThat(ours.chapters().getFirst().result().falsely().high()).isLessThan(RISK);
    assertThat(theirs.chapters().getFirst().result().falsely().low()).isGreaterThan(RISK);
  }

  @Test
  void evidenceThatServesTwoAttemptsIsFound() throws InterruptedException {
    var broken = new Rules(RiskLine::of, false);
    var scenarios = named("ladder_climber");
    assertThat(falsely(new LadderLaboratory(broken), scenarios, USUAL)).isGreaterThan(0.10);
  }

  @Test
  void atConstantRatesTheStageChangesAtMostTwiceIn10000() throws InterruptedException {
    var constant = LadderScenario.all().stream().filter(one -> one.rate().isPresent()).toList();
    var report = play(new LadderLaboratory(), constant, 100, USUAL);
    assertThat(report.constant()).hasSameSizeAs(constant);
    for (var chapter : report.constant()) {
      var result = chapter.result();
      assertThat(result.changes().high()).as("%s", chapter.scenario()).isLessThan(2);
      result.settled().ifPresent(settled -> assertThat(settled.high()).isLessThan(2));
    }
  }

  @Test
  void aScopeReachesWhereItBelongsAndTheFirstProposalsAreTheClimb() throws InterruptedException {
    assertThat(LadderTracks.belongs(USUAL, 0)).isEqualTo(Stage.FULL_AUTO);
    assertThat(LadderTracks.belongs(USUAL, 0.01)).isEqualTo(Stage.CONDITIONAL_AUTO);
    assertThat(LadderTracks.belongs(USUAL, 0.049)).isEqualTo(Stage.GUARDED_AUTO);
    assertThat(LadderTracks.belongs(USUAL, 0.10)).isEqualTo(Stage.OBSERVE);
    var result = play(new LadderLaboratory(), named("rate_0"), 50, USUAL).chapters().getFirst();
    for (var step : result.result().steps()) {
      assertThat(step.reached().value()).isEqualTo(1);
    }
    // 80 and 164 clean proposals, each behind a window of half a day.
    assertThat(result.result().steps().getFirst().median()).hasValue(80 + 6);
    assertThat(result.result().steps().get(1).median()).hasValue(86 + 164 + 6);
    assertThat(result.result().lowered().value()).isZero();
  }

  @Test
  void aReportDoesNotDependOnTheNumberOfThreads() throws InterruptedException {
    var scenarios = named("rate_4.5", "ladder_drift", "ladder_splitting");
    var one = play(scenarios, 7, 1);
    var three = play(scenarios, 7, 3);
    assertThat(CanonicalJson.text(three.toJson())).isEqualTo(CanonicalJson.text(one.toJson()));
    assertThat(three.toText()).isEqualTo(one.toText());
    assertThat(play(scenarios, 8, 1).toText()).isNotEqualTo(one.toText());
  }

  @Test
  void progressIsToldOfEveryScope() throws InterruptedException {
    var last = new AtomicInteger();
    var plan = new LadderPlan(named("ladder_sparse_evidence"), 130, 1, USUAL, 1, 2);
    new LadderLaboratory()
        .play(
            plan,
            (_, scopes, of) -> {
              assertThat(of).isEqualTo(130);
              last.accumulateAndGet(scopes, Math::max);
            });
    assertThat(last).hasValue(130);
  }

  @Test
  void aPlanChecksItself() {
    var all = LadderScenario.all();
    assertThatThrownBy(() -> new LadderPlan(all, 0, 1, USUAL, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LadderPlan(all, 5, 6, USUAL, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LadderPlan(all, 5, 1, Setting.STRICTEST, 1, 1))
        .hasMessageContaining("sign");
    assertThat(all.stream().map(LadderScenario::word)).doesNotHaveDuplicates();
    assertThat(all).allMatch(one -> one.length() <= LadderScenario.LONGEST);
  }

  private static List<LadderScenario> keepingTheNull() {
    return LadderScenario.all().stream().filter(LadderScenario::keepsNull).toList();
  }

  private static List<LadderScenario> named(String... words) {
    return Stream.of(words).map(word -> LadderScenario.parse(word).orElseThrow()).toList();
  }

  private static LadderReport play(
      LadderLaboratory laboratory, List<LadderScenario> scenarios, int scopes, Setting setting)
      throws InterruptedException {
    return laboratory.play(new LadderPlan(scenarios, scopes, 1, setting, 3, 2), (_, _, _) -> {});
  }

  private static LadderReport play(List<LadderScenario> scenarios, long seed, int threads)
      throws InterruptedException {
    var plan = new LadderPlan(scenarios, 120, 1, USUAL, seed, threads);
    return new LadderLaboratory().play(plan, (_, _, _) -> {});
  }

  private static double falsely(
      LadderLaboratory laboratory, List<LadderScenario> scenarios, Setting setting)
      throws InterruptedException {
    var share = play(laboratory, scenarios, 400, setting).chapters().getFirst().result().falsely();
    return share.value() < 0.10 ? share.high() : share.low();
  }
}
