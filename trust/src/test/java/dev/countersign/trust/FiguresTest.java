package dev.countersign.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.trust.TrustEvent.Draw;
import dev.countersign.trust.TrustEvent.VersionsChanged;
import dev.countersign.trust.sequential.ChangeDetector;
import dev.countersign.trust.sequential.PromotionTest;
import dev.countersign.trust.sequential.RateInterval;
import dev.countersign.trust.sequential.RiskLine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void beforeAnythingWasCountedTheWealthIsOneAndTheRateUnknown() {
    var figures = step(TrustState.start(FoldedScope.MORNING, 3), StandardScope.SIGNED);
    assertThat(figures.wealth()).isEqualTo(1);
    assertThat(figures.line()).isEqualTo(RiskLine.of(0.01, 1, 3));
    assertThat(figures.ordinal()).isEqualTo(3);
    assertThat(figures.rate()).isEmpty();
    assertThat(figures.required()).isTrue();
  }

  @Test
  void theNumbersAreThoseOfTheTest() {
    var scope = new StandardScope(40);
    scope.review(20);
    scope.pass(Duration.ofDays(1));
    scope.review(1);
    var attempt = scope.attempt();
    assertThat(attempt.counted()).isGreaterThan(15);
    var figures = step(scope.state(), StandardScope.SIGNED);
    var test = new PromotionTest(0.10, attempt.clean(), attempt.harms(), List.of());
    assertThat(figures.wealth()).isEqualTo(test.wealth());
    assertThat(figures.cleanMissing()).contains(test.cleanMissing(figures.line()));
    assertThat(figures.rate()).contains(RateInterval.of(attempt.counted(), attempt.harms()));
    assertThat(figures.reviewers()).isEqualTo(2);
    assertThat(figures.days()).isEqualTo(attempt.days());
  }

  @Test
  void ofAChangingShareOfAuditsNoRateIsKnown() {
    var scope = StandardScope.at(Stage.GUARDED_AUTO);
    for (double share : new double[] {0.5, 0.25}) {
      var drawn = scope.announce(Optional.of(new Draw(true, share)));
      scope.decide(drawn, true, TrustEvent.Occasion.AUDIT);
    }
    scope.pass(Duration.ofDays(20));
    scope.review(1);
    assertThat(scope.attempt().weighted()).isNotEmpty();
    assertThat(step(scope.state(), StandardScope.SIGNED).rate()).isEmpty();
    assertThat(scope.folded.recommendation().conditions())
        .filteredOn(condition -> condition.name().equals("sequential_test"))
        .allSatisfy(condition -> assertThat(condition.present()).endsWith("harm rate unknown"));
  }

  @Test
  void atTheTopThereIsNoStepAndWherePeopleDecideNothingIsWatched() {
    var top = FoldedScope.stateAt(Stage.FULL_AUTO);
    assertThat(StepFigures.of(top, StandardScope.SIGNED)).isEmpty();
    var watch = WatchFigures.of(top, StandardScope.SIGNED).orElseThrow();
    var detector = ChangeDetector.of(0.01);
    assertThat(watch.suspicion()).contains(detector.start().level());
    assertThat(watch.suspicionLine()).contains(detector.line());
    assertThat(watch.provedLine()).contains(detector.provedLine());
    assertThat(watch.streakLimit()).isEqualTo(3);
    assertThat(WatchFigures.of(FoldedScope.stateAt(Stage.PROPOSE), StandardScope.SIGNED)).isEmpty();
    var demo = new Setting(Profile.DEMO, Promotion.AUTOMATIC);
    var demonstrated = WatchFigures.of(top, demo).orElseThrow();
    assertThat(demonstrated.suspicion()).isEmpty();
    assertThat(demonstrated.suspicionLine()).isEmpty();
    assertThat(demonstrated.provedLine()).isEmpty();
  }

  @Test
  void anAutomaticScopeSaysWhenItDropsForIdleness() {
    assertThat(FoldedScope.stateAt(Stage.PROPOSE).dropsAt()).isEmpty();
    var state = FoldedScope.stateAt(Stage.GUARDED_AUTO);
    var drops = state.dropsAt().orElseThrow();
    var fold = new TrustFold(StandardScope.SIGNED);
    assertThat(fold.settle(state, drops, List.of(), List.of()).changes()).isEmpty();
    assertThat(fold.settle(state, drops.plusMillis(1), List.of(), List.of()).changes()).hasSize(1);
  }

  @Test
  void otherVersionsHaveWhatWasProvenForThemAndNeverMore() {
    var scope = StandardScope.at(Stage.GUARDED_AUTO);
    assertThat(scope.state().provenFor("b")).as("none were named").isEqualTo(Stage.GUARDED_AUTO);
    scope.fold(new VersionsChanged("a", scope.now()));
    assertThat(scope.state().provenFor("a")).isEqualTo(Stage.GUARDED_AUTO);
    assertThat(scope.state().provenFor("b")).isEqualTo(Stage.OBSERVE);
    scope.fold(new VersionsChanged("b", scope.now()));
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    assertThat(scope.state().provenFor("a"))
        .as("what was proven for them, under the stage by now")
        .isEqualTo(Stage.OBSERVE);
    assertThat(scope.state().proven())
        .containsExactly(new Proven("a", Stage.GUARDED_AUTO), new Proven("b", Stage.OBSERVE));
  }

  @Test
  void aHarmTakesWhatWasProvenFromAllVersionsBecauseNobodyKnowsWhoseItWas() {
    var scope = StandardScope.at(Stage.GUARDED_AUTO);
    scope.fold(new VersionsChanged("a", scope.now()));
    scope.fold(new VersionsChanged("b", scope.now()));
    assertThat(scope.state().proven()).contains(new Proven("a", Stage.GUARDED_AUTO));
    var late = scope.announce();
    scope.decide(late, true, TrustEvent.Occasion.REVIEW);
    scope.execute(late, false);
    scope.observe(late, Severity.SEVERE);
    assertThat(scope.state().proven())
        .containsExactlyInAnyOrder(new Proven("a", Stage.OBSERVE), new Proven("b", Stage.OBSERVE));
  }

  @Test
  void whatAPersonLoweredIsLoweredForAllVersions() {
    var scope = StandardScope.at(Stage.FULL_AUTO);
    scope.fold(new VersionsChanged("a", scope.now()));
    scope.fold(new VersionsChanged("b", scope.now()));
    assertThat(scope.state().proven()).contains(new Proven("a", Stage.FULL_AUTO));
    scope.fold(new TrustEvent.StageLowered(Stage.OBSERVE, "user:ada", scope.now()));
    assertThat(scope.state().proven())
        .containsExactly(new Proven("a", Stage.OBSERVE), new Proven("b", Stage.OBSERVE));
  }

  private static StepFigures step(TrustState state, Setting setting) {
    return StepFigures.of(state, setting).orElseThrow();
  }
}
