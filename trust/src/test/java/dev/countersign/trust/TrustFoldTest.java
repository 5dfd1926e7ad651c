package dev.countersign.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.trust.StageChange.Cause;
import dev.countersign.trust.TrustEvent.Decided;
import dev.countersign.trust.TrustEvent.Executed;
import dev.countersign.trust.TrustEvent.Occasion;
import dev.countersign.trust.TrustEvent.OutcomeObserved;
import dev.countersign.trust.TrustEvent.StageLowered;
import dev.countersign.trust.TrustEvent.StageSigned;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrustFoldTest {

  // Promotion

  @Test
  void sixApprovalsLeadToProposeAndThreeMoreWithSuccessesToGuardedAuto() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    for (int i = 0; i < 5; i++) {
      scope.approve();
    }
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    var sixth = scope.approve();
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
    assertThat(scope.state().history())
        .containsExactly(
            new StageChange(
                Stage.OBSERVE, Stage.PROPOSE, Cause.EARNED, Optional.empty(), scope.now()));
    assertThat(scope.state().history().getFirst().entryType()).isEqualTo("stage.promoted");

    scope.succeed(scope.execute(sixth));
    for (int i = 0; i < 2; i++) {
      scope.approve();
    }
    assertThat(scope.stage()).as("the six served the first step").isEqualTo(Stage.PROPOSE);
    scope.approve();
    assertThat(scope.stage()).isEqualTo(Stage.GUARDED_AUTO);
  }

  @Test
  void withoutAnObservedOutcomeAlignmentIsUnknownAndNothingAutomaticIsReached() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    for (int i = 0; i < 50; i++) {
      scope.execute(scope.approve());
    }
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
    assertThat(scope.recommendation().missing())
        .extracting(Condition::name)
        .containsExactly("alignment_known", "score");
  }

  @Test
  void withoutAModelOfOurOwnSafetyIsUnknownAndGuardedAutoIsTheTop() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    for (int i = 0; i < 100; i++) {
      scope.succeed(scope.execute(scope.approve()));
    }
    assertThat(scope.stage()).isEqualTo(Stage.GUARDED_AUTO);
    assertThat(scope.recommendation().missing())
        .extracting(Condition::name)
        .containsExactly("safety_known", "score");
  }

  @Test
  void aRejectionThatCompletesTheEvidenceDoesNotPromoteTheNextApprovalDoes() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    for (int i = 0; i < 5; i++) {
      scope.approve();
    }
    scope.reject();
    assertThat(scope.recommendation().given()).isTrue();
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    scope.approve();
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
  }

  @Test
  void aFailureThatLeavesTheStepRecommendedDoesNotTakeIt() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    for (int i = 0; i < 4; i++) {
      scope.succeed(scope.execute(scope.approve()));
    }
    var last = scope.execute(scope.approve());
    scope.reject();
    scope.observe(last, false, Severity.NONE);
    assertThat(scope.recommendation().given()).isTrue();
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
  }

  @Test
  void whereStepsAreSignedTheEvidenceOnlyRecommends() {
    var scope = new FoldedScope(FoldedScope.DEMO_SIGNED);
    for (int i = 0; i < 5; i++) {
      scope.approve();
    }
    assertThat(scope.fold(new StageSigned(Stage.PROPOSE, "api_key:ck_1", scope.now()))).isEmpty();
    scope.approve();
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    assertThat(scope.fold(new StageSigned(Stage.GUARDED_AUTO, "api_key:ck_1", scope.now())))
        .as("one step at a time")
        .isEmpty();
    assertThat(scope.fold(new StageSigned(Stage.PROPOSE, "api_key:ck_1", scope.now())))
        .containsExactly(
            new StageChange(
                Stage.OBSERVE,
                Stage.PROPOSE,
                Cause.SIGNED,
                Optional.of("api_key:ck_1"),
                scope.now()));
  }

  @Test
  void theStandardProfilePromotesNobodyNotEvenBySignature() {
    var scope = new FoldedScope(new Setting(Profile.STANDARD, Promotion.AUTOMATIC));
    for (int i = 0; i < 100; i++) {
      scope.succeed(scope.execute(scope.approve()));
    }
    scope.fold(new StageSigned(Stage.PROPOSE, "api_key:ck_1", scope.now()));
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
  }

  @Test
  void whatAPersonLoweredOnlyAPersonRaises() {
    var scope = FoldedScope.at(Stage.GUARDED_AUTO);
    assertThat(scope.fold(new StageLowered(Stage.OBSERVE, "api_key:ck_2", scope.now())))
        .extracting(StageChange::cause, StageChange::to)
        .containsExactly(tuple(Cause.LOWERED, Stage.OBSERVE));
    for (int i = 0; i < 20; i++) {
      scope.approve();
    }
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    assertThat(scope.recommendation().given()).isTrue();
    scope.fold(new StageSigned(Stage.PROPOSE, "api_key:ck_2", scope.now()));
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
    assertThat(scope.state().lowered()).isFalse();
  }

  @Test
  void loweringToAHigherStageChangesNothing() {
    var scope = FoldedScope.at(Stage.PROPOSE);
    assertThat(scope.fold(new StageLowered(Stage.FULL_AUTO, "api_key:ck_2", scope.now())))
        .isEmpty();
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
  }

  // Evidence

  @Test
  void aDecisionThatIsNotIndependentMovesNothingOutsideADemoTenant() {
    var standard = new FoldedScope(Setting.STRICTEST);
    standard.fold(new Decided(standard.proposal(), true, standard.now(), false));
    assertThat(standard.state().apart()).isEqualTo(1);
    assertThat(standard.state().score().reliability()).isEmpty();

    var demo = new FoldedScope(FoldedScope.DEMO);
    demo.fold(new Decided(demo.proposal(), true, demo.now(), false));
    assertThat(demo.state().apart()).isEqualTo(0);
    assertThat(demo.state().score().reliability()).contains(1.0);
  }

  @Test
  void aProposalCountsOnce() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    var proposal = scope.reject();
    scope.fold(new Decided(proposal, true, scope.now(), true));
    assertThat(scope.state().score().reliability()).contains(0.0);
    assertThat(scope.state().since().decided()).isEqualTo(1);
    assertThat(scope.state().tally(Stage.OBSERVE).decided()).isEqualTo(1);
  }

  @Test
  void vetoesEditsAuditRejectionsAndRollbacksAreOverridesAndAPlainRejectionIsNot() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    scope.reject();
    assertThat(scope.state().score().overrides()).contains(0.0);
    for (var occasion : List.of(Occasion.VETO, Occasion.EDIT, Occasion.AUDIT)) {
      scope.fold(new Decided(scope.proposal(), false, scope.now(), true, occasion));
    }
    assertThat(scope.state().score().overrides().orElseThrow()).isCloseTo(0.75, within(1e-4));
    scope.rollBack(scope.execute(scope.approve()));
    assertThat(scope.state().score().overrides().orElseThrow()).isCloseTo(4 / 6.0, within(1e-4));
    scope.fold(new Decided(scope.proposal(), true, scope.now(), true, Occasion.AUDIT));
    assertThat(scope.state().score().overrides().orElseThrow()).isCloseTo(4 / 7.0, within(1e-4));
  }

  @Test
  void evidenceWeighsLessTheOlderItIs() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    var approved = scope.now();
    scope.fold(new Decided(scope.proposal(), true, approved, true));
    scope.fold(new Decided(scope.proposal(), false, approved.plus(Duration.ofDays(10)), true));
    scope.fold(new Decided(scope.proposal(), false, approved.plus(Duration.ofDays(30)), true));
    double first = DecayedMean.weightAt(30);
    double second = DecayedMean.weightAt(20);
    assertThat(scope.state().score().reliability().orElseThrow())
        .isCloseTo(first / (first + second + 1), within(1e-12));
    assertThat(scope.state().since().decidedWeight()).isCloseTo(first + second + 1, within(1e-12));
  }

  @Test
  void anEarlierTimeThanTheStatesAgesTheNewsAndNotTheState() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    scope.approve();
    var before = scope.state();
    scope.fold(new Decided(scope.proposal(), false, scope.now().minus(Duration.ofDays(30)), true));
    assertThat(scope.state().time()).isEqualTo(before.time());
    double old = DecayedMean.weightAt(30);
    assertThat(scope.state().score().reliability().orElseThrow())
        .isCloseTo(1 / (1 + old), within(1e-9));
  }

  @Test
  void timesAreKeptAsTheDatabaseKeepsThem() {
    var fine = FoldedScope.MORNING.plusNanos(123_456_789);
    var kept = FoldedScope.MORNING.plusNanos(123_456_000);
    var id = new UUID(1, 1);
    var none = Optional.<Long>empty();
    assertThat(
            List.of(
                new Decided(id, true, fine, true),
                new Executed(id, fine, true),
                new OutcomeObserved(id, true, Severity.NONE, none, none, fine),
                new TrustEvent.RolledBack(id, fine),
                new StageLowered(Stage.OBSERVE, "api_key:ck_1", fine),
                new StageSigned(Stage.PROPOSE, "api_key:ck_1", fine)))
        .extracting(TrustEvent::at)
        .containsOnly(kept);
    var open =
        Remembered.open(
            new Executed(id, fine, true, Duration.ofNanos(1_000_000_001)), Stage.OBSERVE);
    assertThat(open.dueAt()).contains(kept.plusSeconds(1));
  }

  @Test
  void valueIsTheShareOfTheManualTimeBetweenNoneAndAll() {
    assertThat(value(120L, 240L)).contains(0.5);
    assertThat(value(900L, 240L)).contains(1.0);
    assertThat(value(-5L, 240L)).contains(0.0);
    assertThat(value(5L, 0L)).isEmpty();
    var unmeasured =
        new OutcomeObserved(
            new UUID(1, 1),
            true,
            Severity.NONE,
            Optional.empty(),
            Optional.of(240L),
            FoldedScope.MORNING);
    assertThat(unmeasured.value()).isEmpty();
  }

  private static Optional<Double> value(long saved, long manual) {
    return new OutcomeObserved(
            new UUID(1, 1),
            true,
            Severity.NONE,
            Optional.of(saved),
            Optional.of(manual),
            FoldedScope.MORNING)
        .value();
  }

  @Test
  void aLaterOutcomeOfTheSameProposalReplacesTheEarlier() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    var kept = scope.execute(scope.approve());
    var corrected = scope.execute(scope.approve());
    scope.succeed(kept);
    scope.succeed(corrected);
    scope.fail(corrected);
    var tally = scope.state().tally(Stage.OBSERVE);
    assertThat(tally.succeeded()).isEqualTo(1);
    assertThat(tally.failed()).isEqualTo(1);
    assertThat(scope.state().score().alignment().orElseThrow()).isCloseTo(0.5, within(1e-4));
    assertThat(scope.state().since().observed()).isEqualTo(2);

    scope.rollBack(corrected);
    scope.succeed(corrected);
    assertThat(scope.memoryOf(corrected).orElseThrow().phase())
        .as("what was rolled back stays failed")
        .isEqualTo(Remembered.Phase.ROLLED_BACK);
    assertThat(scope.state().score().alignment().orElseThrow()).isCloseTo(0.5, within(1e-4));
  }

  @Test
  void aSuccessOfWhatWasNeverExecutedIsNoEvidenceButItsHarmIs() {
    var scope = FoldedScope.at(Stage.PROPOSE);
    scope.succeed(scope.proposal());
    assertThat(scope.state().score().alignment()).isEmpty();
    scope.fail(scope.proposal());
    assertThat(scope.state().score().alignment()).contains(0.0);
    scope.observe(scope.proposal(), false, Severity.SEVERE);
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
  }

  // Overdue

  @Test
  void anOutcomeThatIsMissingAtItsDeadlineCountsAsHarm() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    var proposal = scope.execute(scope.approve());
    scope.pass(Duration.ofDays(14).minusMinutes(1));
    scope.approve();
    assertThat(scope.state().tally(Stage.OBSERVE).overdue())
        .as("at its deadline it is in time")
        .isZero();
    scope.approve();
    var tally = scope.state().tally(Stage.OBSERVE);
    assertThat(tally.overdue()).isEqualTo(1);
    assertThat(tally.wrong()).isEqualTo(1);
    assertThat(scope.state().errorBound()).isGreaterThan(Recommendation.MOST_ERRORS);
    assertThat(scope.state().score().alignment()).as("nobody observed it").isEmpty();

    scope.succeed(proposal);
    var corrected = scope.state().tally(Stage.OBSERVE);
    assertThat(corrected.overdue()).isZero();
    assertThat(corrected.wrong()).isZero();
    assertThat(corrected.succeeded()).isEqualTo(1);
    assertThat(scope.state().errorBound()).isLessThan(1e-9);
    assertThat(scope.state().score().alignment()).contains(1.0);
  }

  @Test
  void aDefinitionMaySetTheDeadline() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    var proposal = scope.approve();
    scope.fold(new Executed(proposal, scope.now(), false, Duration.ofHours(1)));
    scope.pass(Duration.ofHours(1));
    scope.approve();
    assertThat(scope.state().tally(Stage.OBSERVE).overdue()).isEqualTo(1);
  }

  @Test
  void overdueAutomaticRunsAreAStreakOfHarm() {
    var scope = FoldedScope.at(Stage.GUARDED_AUTO);
    for (int i = 0; i < 4; i++) {
      scope.run();
    }
    scope.pass(Duration.ofDays(15));
    var changes = scope.fold(new Decided(scope.proposal(), true, scope.now(), true));
    assertThat(changes).extracting(StageChange::cause).containsExactly(Cause.HARM_STREAK);
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
  }

  @Test
  void whatIsNotDueIsNotSettled() {
    var fold = new TrustFold(FoldedScope.DEMO);
    var state = TrustState.start(FoldedScope.MORNING);
    var open =
        Remembered.open(
            new Executed(new UUID(1, 1), FoldedScope.MORNING, true), Stage.GUARDED_AUTO);
    assertThatThrownBy(() -> fold.settle(state, FoldedScope.MORNING, List.of(open), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not due");
  }

  // Demotion

  @ParameterizedTest
  @EnumSource(Stage.class)
  void oneSevereHarmLeadsToObserveFromAnywhere(Stage stage) {
    for (boolean success : new boolean[] {true, false}) {
      var scope = FoldedScope.at(stage);
      var changes = scope.observe(scope.run(), success, Severity.SEVERE);
      assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
      assertThat(changes).hasSize(stage == Stage.OBSERVE ? 0 : 1);
      assertThat(scope.state().since()).isEqualTo(SinceEntered.NOTHING);
    }
  }

  /// Whoever corrects the time that it saved says nothing new of the harm.
  @ParameterizedTest
  @EnumSource(Stage.class)
  void aSevereHarmDemotesOnceHoweverOftenItIsReported(Stage stage) {
    var scope = FoldedScope.at(stage);
    var run = scope.run();
    scope.observe(run, false, Severity.SEVERE);
    long attempt = scope.state().attempt().number();
    scope.passThroughText();
    for (int i = 0; i < 19; i++) {
      assertThat(scope.observe(run, false, Severity.SEVERE)).isEmpty();
    }
    assertThat(scope.state().attempt().number()).isEqualTo(attempt);
    for (int i = 0; i < 100 && scope.stage() == Stage.OBSERVE; i++) {
      scope.succeed(scope.execute(scope.approve()));
    }
    assertThat(scope.stage()).as("earned back").isEqualTo(Stage.PROPOSE);
    assertThat(scope.observe(run, false, Severity.SEVERE)).isEmpty();
    scope.fail(run);
    assertThat(scope.observe(run, false, Severity.SEVERE)).isEmpty();
    assertThat(scope.rollBack(run)).isEmpty();
    assertThat(scope.observe(run, false, Severity.SEVERE)).isEmpty();
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
    scope.observe(scope.proposal(), false, Severity.SEVERE);
    assertThat(scope.stage()).as("another proposal is another harm").isEqualTo(Stage.OBSERVE);
  }

  @Test
  void whatIsCorrectedToASevereHarmDemotesThen() {
    for (boolean rolledBack : new boolean[] {true, false}) {
      var scope = FoldedScope.at(Stage.FULL_AUTO);
      var run = scope.run();
      scope.observe(run, false, Severity.MAJOR);
      if (rolledBack) {
        scope.rollBack(run);
      }
      assertThat(scope.stage()).isEqualTo(Stage.FULL_AUTO);
      assertThat(scope.observe(run, false, Severity.SEVERE))
          .extracting(StageChange::cause)
          .containsExactly(Cause.SEVERE_HARM);
      long attempt = scope.state().attempt().number();
      scope.passThroughText();
      scope.observe(run, false, Severity.SEVERE);
      assertThat(scope.state().attempt().number()).isEqualTo(attempt);
    }
  }

  @Test
  void aMajorHarmAloneDoesNotDemote() {
    var scope = FoldedScope.at(Stage.FULL_AUTO);
    scope.observe(scope.run(), false, Severity.MAJOR);
    assertThat(scope.stage()).isEqualTo(Stage.FULL_AUTO);
  }

  @ParameterizedTest
  @CsvSource({
    "guarded_auto, 4, propose",
    "conditional_auto, 3, guarded_auto",
    "full_auto, 3, conditional_auto"
  })
  void aStreakOfHarmfulRunsLowersByOne(String from, int streak, String to) {
    var scope = FoldedScope.at(Stage.parse(from).orElseThrow());
    for (int i = 1; i < streak; i++) {
      assertThat(scope.fail(scope.run())).isEmpty();
    }
    assertThat(scope.fail(scope.run()))
        .extracting(change -> change.to().word())
        .containsExactly(to);
    assertThat(scope.state().streak()).isZero();
  }

  @Test
  void aHarmlessRunEndsAStreakAndARollbackGoesOnWithIt() {
    var scope = FoldedScope.at(Stage.FULL_AUTO);
    scope.fail(scope.run());
    scope.rollBack(scope.run());
    assertThat(scope.state().streak()).isEqualTo(2);
    scope.succeed(scope.run());
    assertThat(scope.state().streak()).isZero();
    scope.fail(scope.run());
    scope.rollBack(scope.run());
    scope.rollBack(scope.run());
    assertThat(scope.stage()).isEqualTo(Stage.CONDITIONAL_AUTO);
  }

  @Test
  void rejectionsAndWhatPeopleApprovedAreNoPartOfAStreak() {
    var scope = FoldedScope.at(Stage.FULL_AUTO);
    for (int i = 0; i < 5; i++) {
      scope.reject();
      scope.fail(scope.execute(scope.approve()));
    }
    assertThat(scope.state().streak()).isZero();
    assertThat(scope.stage()).isEqualTo(Stage.FULL_AUTO);
  }

  @Test
  void oneProposalIsOneHarmHoweverOftenItIsReported() {
    var scope = FoldedScope.at(Stage.FULL_AUTO);
    var run = scope.run();
    scope.fail(run);
    scope.fail(run);
    scope.rollBack(run);
    assertThat(scope.state().streak()).isEqualTo(1);
    assertThat(scope.state().tally(Stage.FULL_AUTO).harmful()).isEqualTo(1);
  }

  @Test
  void aCorrectionDoesNotEndAStreak() {
    var scope = FoldedScope.at(Stage.FULL_AUTO);
    var first = scope.run();
    scope.fail(first);
    scope.fail(scope.run());
    scope.succeed(first);
    assertThat(scope.state().streak()).isEqualTo(2);
    scope.fail(scope.run());
    assertThat(scope.stage()).isEqualTo(Stage.CONDITIONAL_AUTO);
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void aScopeAboveProposeWithoutAnOutcomeForThirtyDaysDropsToPropose(Stage stage) {
    var scope = FoldedScope.at(stage);
    scope.succeed(scope.run());
    var reached = scope.stage();
    var observed = scope.now();
    scope.fold(new Decided(scope.proposal(), false, observed.plus(Duration.ofDays(30)), true));
    assertThat(scope.stage()).as("thirty days are in time").isEqualTo(reached);
    var changes =
        scope.fold(
            new Decided(
                scope.proposal(), false, observed.plus(Duration.ofDays(30)).plusSeconds(1), true));
    boolean above = stage.compareTo(Stage.PROPOSE) > 0;
    assertThat(scope.stage()).isEqualTo(above ? Stage.PROPOSE : reached);
    assertThat(changes)
        .extracting(StageChange::cause)
        .containsExactlyElementsOf(above ? List.of(Cause.IDLE) : List.of());
  }

  @Test
  void aScopeThatJustEnteredItsStageIsNotIdle() {
    var scope = FoldedScope.at(Stage.GUARDED_AUTO);
    scope.pass(Duration.ofDays(29));
    scope.reject();
    assertThat(scope.stage()).isEqualTo(Stage.GUARDED_AUTO);
    scope.pass(Duration.ofDays(2));
    scope.reject();
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
  }

  // What automation would have got wrong

  @Test
  void eachProposalIsTalliedAtTheStageAtWhichItWasDecided() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    for (int i = 0; i < 5; i++) {
      scope.approve();
    }
    scope.reject();
    var promoting = scope.approve();
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
    scope.fail(scope.execute(promoting));
    scope.reject();

    var observe = scope.state().tally(Stage.OBSERVE);
    assertThat(observe.judged()).isEqualTo(7);
    assertThat(observe.wrong()).as("a rejection and a harm").isEqualTo(2);
    assertThat(observe.executed()).isEqualTo(1);
    var propose = scope.state().tally(Stage.PROPOSE);
    assertThat(propose.judged()).isEqualTo(1);
    assertThat(propose.wrong()).isEqualTo(1);
  }

  @Test
  void runsThatNobodyDecidedAreJudgedByTheirOutcome() {
    var scope = FoldedScope.at(Stage.GUARDED_AUTO);
    scope.succeed(scope.run());
    scope.fail(scope.run());
    scope.run();
    var tally = scope.state().tally(Stage.GUARDED_AUTO);
    assertThat(tally.judged()).isEqualTo(3);
    assertThat(tally.wrong()).isEqualTo(1);
    assertThat(tally.awaited()).isEqualTo(1);
  }

  @Test
  void theHistoryIsBounded() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    for (int i = 0; i < 4 * TrustState.LONGEST_HISTORY; i++) {
      for (int j = 0; j < 6; j++) {
        scope.succeed(scope.execute(scope.approve()));
      }
      scope.observe(scope.proposal(), false, Severity.SEVERE);
      scope.pass(Duration.ofDays(200));
    }
    assertThat(scope.state().history()).hasSize(TrustState.LONGEST_HISTORY);
    assertThat(scope.state().history().getLast().cause()).isEqualTo(Cause.SEVERE_HARM);
    assertThat(scope.state().history().getLast().at())
        .as("the latest is kept")
        .isEqualTo(scope.state().enteredAt());
  }
}
