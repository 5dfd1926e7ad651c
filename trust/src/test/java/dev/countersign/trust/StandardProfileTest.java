package dev.countersign.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.trust.StageChange.Cause;
import dev.countersign.trust.TrustEvent.Decided;
import dev.countersign.trust.TrustEvent.Draw;
import dev.countersign.trust.TrustEvent.Ended;
import dev.countersign.trust.TrustEvent.Ending;
import dev.countersign.trust.TrustEvent.Occasion;
import dev.countersign.trust.TrustEvent.RolledBack;
import dev.countersign.trust.TrustEvent.Said;
import dev.countersign.trust.TrustEvent.VersionsChanged;
import dev.countersign.trust.sequential.PromotionTest;
import dev.countersign.trust.sequential.RiskLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardProfileTest {

  // Promotion

  @Test
  void aFlawlessScopeRisesWhenTheTestIsPassedAndTheDaysAreThere() {
    long needed = PromotionTest.start(0.10).cleanMissing(RiskLine.of(0.01, 1, 1));
    var slow = new StandardScope(5);
    for (int i = 0; i < 200 && slow.stage() == Stage.OBSERVE; i++) {
      slow.review(false);
    }
    assertThat(slow.changes).extracting(StageChange::cause).containsExactly(Cause.EARNED);
    // Counted when the window has closed, half a day later: three proposals.
    assertThat(slow.state().tally(Stage.OBSERVE).decided()).isBetween(needed + 2, needed + 4);

    var fast = new StandardScope(100);
    for (int i = 0; i < 2000 && fast.stage() == Stage.OBSERVE; i++) {
      fast.review(false);
    }
    assertThat(Duration.between(FoldedScope.MORNING, fast.now()).toDays())
        .isEqualTo(StandardGate.DWELL.toDays());
  }

  @Test
  void nothingIsCountedWhileTheFirstInLineWaits() {
    var scope = new StandardScope(100);
    var first = scope.announce();
    scope.review(40);
    assertThat(scope.attempt().counted()).isZero();
    scope.decide(first, false, Occasion.REVIEW);
    scope.pass(Duration.ofDays(1));
    scope.review(1);
    assertThat(scope.attempt().harms()).isEqualTo(1);
    assertThat(scope.attempt().clean()).isEqualTo(40);
  }

  @Test
  void aProposalThatNobodyDecidesIsAHarmWhenItsWindowCloses() {
    var scope = new StandardScope(100);
    var late = scope.announce();
    scope.pass(StandardScope.WINDOW.plusHours(1));
    scope.decide(late, true, Occasion.REVIEW);
    scope.execute(late, false);
    scope.observe(late, Severity.NONE);
    var expired = scope.announce();
    scope.fold(new Ended(expired, Ending.EXPIRED, scope.now()));
    scope.pass(Duration.ofDays(20));
    scope.review(1);
    assertThat(scope.attempt().harms()).as("late and expired").isEqualTo(2);
    assertThat(scope.attempt().clean()).isZero();
  }

  @Test
  void withdrawnProposalsCountButBarTheStepIfTheyAreMany() {
    var scope = new StandardScope(20);
    scope.review(150);
    for (int i = 0; i < 30; i++) {
      scope.fold(new Ended(scope.announce(), Ending.WITHDRAWN, scope.now()));
    }
    scope.pass(Duration.ofDays(1));
    var before = scope.state();
    assertThat(before.stage()).isEqualTo(Stage.PROPOSE);

    var hiding = new StandardScope(20);
    for (int i = 0; i < 200; i++) {
      hiding.review(false);
      if (i % 6 == 0) {
        hiding.fold(new Ended(hiding.announce(), Ending.WITHDRAWN, hiding.now()));
      }
    }
    assertThat(hiding.stage()).isEqualTo(Stage.OBSERVE);
    assertThat(hiding.missing()).containsExactly("settled");
    assertThat(hiding.attempt().clean()).isGreaterThan(200);
  }

  @Test
  void oneReviewerIsNotEnoughAndTheApproverIsNoOtherSource() {
    var alone = new StandardScope(20);
    alone.reviewers = List.of("user:ada");
    alone.review(200);
    assertThat(alone.missing()).containsExactly("several_reviewers");

    var own = new StandardScope(20);
    own.reviewers = List.of("user:ada", "user:ben");
    own.observer = "user:ada";
    own.review(200);
    assertThat(own.missing()).containsExactly("independent_sources");
  }

  @Test
  void reviewersAreKeptAsHashesAndNotMoreThanAFew() {
    var scope = new StandardScope(20);
    for (int i = 0; i < 20; i++) {
      scope.reviewers = List.of("user:person-" + i);
      scope.review(1);
    }
    assertThat(scope.attempt().reviewers()).hasSize(Attempt.MOST_REVIEWERS);
    assertThat(scope.folded.text()).doesNotContain("person");
  }

  @Test
  void whatSomebodyDecidedHimselfCountsOnlyAsHarm() {
    var scope = new StandardScope(20);
    for (boolean approved : new boolean[] {true, false}) {
      var proposal = scope.announce();
      scope.fold(
          new Decided(
              proposal, approved, scope.now(), false, Occasion.REVIEW, Optional.of("user:eve")));
    }
    scope.pass(Duration.ofDays(20));
    scope.review(1);
    assertThat(scope.attempt().harms()).isEqualTo(1);
    assertThat(scope.attempt().clean()).isZero();
    assertThat(scope.attempt().reviewers()).hasSize(1);
  }

  @Test
  void aHarmThatComesLateIsTakenForTheCleanOneThatWasCounted() {
    var scope = new StandardScope(20);
    var proposal = scope.review(false);
    scope.review(60);
    long clean = scope.attempt().clean();
    scope.fold(new RolledBack(proposal, scope.now()));
    scope.fold(new RolledBack(proposal, scope.now()));
    assertThat(scope.attempt().clean()).isEqualTo(clean - 1);
    assertThat(scope.attempt().harms()).isEqualTo(1);
    scope.observe(proposal, Severity.NONE);
    assertThat(scope.attempt().harms()).as("good news takes nothing back").isEqualTo(1);
  }

  @Test
  void aTenantMayAcceptLessAndCountOnlyWhatIsWorse() {
    var budgets =
        List.of(
            new HarmBudget(0.05, Severity.MAJOR),
            new HarmBudget(0.05),
            new HarmBudget(0.02),
            new HarmBudget(0.01));
    var setting = new Setting(Profile.STANDARD, Promotion.AUTOMATIC, budgets, 0.001);
    var scope = new StandardScope(setting, TrustState.start(FoldedScope.MORNING), 20);
    var mild = scope.review(false);
    scope.observe(mild, Severity.MINOR);
    var bad = scope.review(false);
    scope.observe(bad, Severity.MAJOR);
    scope.review(200);
    assertThat(scope.attempt().harms()).isEqualTo(1);
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    assertThat(scope.missing()).containsExactly("sequential_test");
    assertThatThrownBy(
            () -> new Setting(Profile.STANDARD, Promotion.SIGNED, budgets.reversed(), 0.01))
        .hasMessageContaining("no more harm");
    assertThatThrownBy(() -> new Setting(Profile.STANDARD, Promotion.SIGNED, budgets, 0.2))
        .hasMessageContaining("risk");
  }

  @Test
  void theQuickLookNeverHidesAStepThatIsGiven() {
    var scope = new StandardScope(StandardScope.SIGNED, TrustState.start(FoldedScope.MORNING), 20);
    int given = 0;
    for (int i = 0; i < 200; i++) {
      scope.review(false);
      if (scope.folded.recommendation().given()) {
        assertThat(Recommendation.possible(scope.state(), StandardScope.SIGNED)).isTrue();
        given++;
      } else {
        assertThat(given).isZero();
      }
    }
    assertThat(given).isGreaterThan(30);
  }

  // Automatic modes

  @Test
  void inAnAutomaticModeOnlyTheAuditShareCounts() {
    var scope = StandardScope.at(Stage.GUARDED_AUTO);
    for (int i = 0; i < 40; i++) {
      scope.run(false);
      var drawn = scope.announce(Optional.of(new Draw(true, 0.05)));
      scope.decide(drawn, i != 3, Occasion.AUDIT);
      scope.execute(drawn, false);
      scope.observe(drawn, Severity.NONE);
      // A policy asked for this one: somebody chose it.
      scope.decide(scope.announce(), true, Occasion.REVIEW);
    }
    scope.pass(Duration.ofDays(1));
    scope.run(false);
    assertThat(scope.attempt().harms()).isEqualTo(1);
    assertThat(scope.attempt().clean()).isEqualTo(39);
    assertThat(scope.attempt().probability()).contains(0.05);
    assertThat(scope.attempt().weighted()).isEmpty();
  }

  @Test
  void aShareThatChangesIsWeighedByItsProbability() {
    var scope = StandardScope.at(Stage.GUARDED_AUTO);
    for (double probability : new double[] {0.05, 0.5}) {
      for (int i = 0; i < 20; i++) {
        var drawn = scope.announce(Optional.of(new Draw(true, probability)));
        scope.decide(drawn, true, Occasion.AUDIT);
        scope.execute(drawn, false);
        scope.observe(drawn, Severity.NONE);
        var run = scope.announce(Optional.of(new Draw(false, probability)));
        scope.execute(run, true);
        scope.observe(run, Severity.NONE);
      }
    }
    scope.pass(Duration.ofHours(13));
    scope.announce();
    assertThat(scope.attempt().clean()).isEqualTo(20);
    assertThat(scope.attempt().harms()).isZero();
    assertThat(scope.attempt().weighted()).hasSize(5).allMatch(log -> log > 0);
  }

  /// What the model proposed was drawn, and is a harm. What a person made of it was not: he chose
  /// it.
  @Test
  void anEditInTheRandomShareIsAHarmAndWhatCameOfItHasNoTurn() {
    var scope = StandardScope.at(Stage.GUARDED_AUTO);
    var drawn = scope.announce(Optional.of(new Draw(true, 0.05)));
    scope.decide(drawn, false, Occasion.EDIT);
    var edited = scope.announce();
    assertThat(scope.folded.memoryOf(edited).orElseThrow().turn()).isEmpty();
    scope.decide(edited, true, Occasion.REVIEW);
    scope.execute(edited, false);
    scope.observe(edited, Severity.NONE);
    scope.pass(Duration.ofDays(15));
    scope.announce();
    assertThat(figures(scope).counted()).isEqualTo(1);
    assertThat(figures(scope).harms()).isEqualTo(1);
  }

  /// For demotion each harm counts on its arrival, whatever stage let it run: else whoever was
  /// lowered for a burst would keep what is left of it out of sight.
  @Test
  void aLateHarmOfAnEarlierStageLowersFromWhereTheScopeIsNow() {
    var scope = StandardScope.at(Stage.FULL_AUTO);
    var running = new ArrayList<UUID>();
    for (int i = 0; i < 12; i++) {
      var proposal = scope.announce(Optional.of(new Draw(false, 0.05)));
      scope.execute(proposal, true);
      running.add(proposal);
    }
    var stages = new ArrayList<Stage>();
    for (var proposal : running) {
      scope.observe(proposal, Severity.MINOR);
      stages.add(scope.stage());
    }
    assertThat(scope.changes)
        .extracting(StageChange::cause)
        .containsExactly(Cause.HARM_STREAK, Cause.HARM_STREAK, Cause.HARM_STREAK);
    assertThat(stages.indexOf(Stage.CONDITIONAL_AUTO)).isEqualTo(2);
    assertThat(stages.indexOf(Stage.GUARDED_AUTO)).isEqualTo(5);
    assertThat(stages.indexOf(Stage.PROPOSE)).as("four in a row at a budget of 5%").isEqualTo(9);
  }

  /// And what went well late ends the streak like any other: both or neither, or the rate is wrong.
  @Test
  void aLateSuccessOfAnEarlierStageEndsAStreak() {
    var scope = StandardScope.at(Stage.FULL_AUTO);
    var running = new ArrayList<UUID>();
    for (int i = 0; i < 6; i++) {
      var proposal = scope.announce(Optional.of(new Draw(false, 0.05)));
      scope.execute(proposal, true);
      running.add(proposal);
    }
    for (int i = 0; i < 5; i++) {
      scope.observe(running.get(i), Severity.MINOR);
    }
    assertThat(scope.stage()).isEqualTo(Stage.CONDITIONAL_AUTO);
    assertThat(scope.state().streak()).isEqualTo(2);
    scope.observe(running.get(5), Severity.NONE);
    assertThat(scope.state().streak()).isZero();
  }

  /// Who takes back all he proposed has shown nothing.
  @Test
  void whatNobodyDecidedFillsNoMinimum() {
    var scope = new FoldedScope(FoldedScope.DEMO);
    for (int i = 1; i <= 6; i++) {
      var proposal = new UUID(0x7000L, Long.MIN_VALUE | i);
      var at = FoldedScope.MORNING.plusSeconds(i);
      scope.fold(new TrustEvent.Proposed(proposal, at, Duration.ofDays(1), Optional.empty()));
      scope.fold(new Ended(proposal, Ending.WITHDRAWN, at));
    }
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    assertThat(scope.recommendation().missing())
        .extracting(Condition::name)
        .contains("evidence", "reliability_known");
  }

  /// What people read: they looked at 40, however each weighs.
  @Test
  void whatIsToldGoesOnCountingOnceTheShareHasChanged() {
    var scope = StandardScope.at(Stage.GUARDED_AUTO);
    var drawn = new ArrayList<UUID>();
    for (double probability : new double[] {0.05, 0.5}) {
      for (int i = 0; i < 20; i++) {
        drawn.add(audited(scope, probability));
        scope.announce(Optional.of(new Draw(false, probability)));
      }
    }
    scope.pass(Duration.ofHours(13));
    scope.announce();
    assertThat(figures(scope).counted()).isEqualTo(40);
    assertThat(figures(scope).harms()).isZero();
    assertThat(condition(scope, "settled").present()).isEqualTo("0 of 40");
    assertThat(condition(scope, "sequential_test").present())
        .contains("from 40 clean and 0 harmful");
    double wealth = figures(scope).wealth();
    scope.observe(drawn.getLast(), Severity.MINOR);
    assertThat(figures(scope).counted()).as("one proposal, now a harm").isEqualTo(40);
    assertThat(figures(scope).harms()).isEqualTo(1);
    assertThat(figures(scope).wealth()).isLessThan(wealth);
    assertThat(scope.state().split(scope.now(), 2).attempt().harms()).isEqualTo(1);
  }

  /// The statistic is that of before: it does not ask what is told.
  @Test
  void evidenceOfTwoSharesCarriesAScopeUpAndItsCertificateTellsAllOfIt() {
    var scope = StandardScope.at(Stage.GUARDED_AUTO);
    scope.said = new Said(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(0.97));
    int looked = 0;
    while (scope.stage() == Stage.GUARDED_AUTO) {
      audited(scope, looked < 100 ? 0.9 : 0.8);
      looked++;
      assertThat(looked).isLessThan(2_000);
    }
    var earned = scope.folded.earned().orElseThrow();
    assertThat(scope.stage()).isEqualTo(Stage.CONDITIONAL_AUTO);
    assertThat(earned.counted()).isBetween(looked - 25L, (long) looked).isGreaterThan(300);
    assertThat(earned.wealth()).isGreaterThanOrEqualTo(earned.line());
  }

  private static UUID audited(StandardScope scope, double probability) {
    var proposal = scope.announce(Optional.of(new Draw(true, probability)));
    scope.decide(proposal, true, Occasion.AUDIT);
    scope.execute(proposal, false);
    scope.observe(proposal, Severity.NONE);
    return proposal;
  }

  private static StepFigures figures(StandardScope scope) {
    return StepFigures.of(scope.state(), StandardScope.AUTOMATIC).orElseThrow();
  }

  private static Condition condition(StandardScope scope, String name) {
    return scope.folded.recommendation().conditions().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRateOfHarmThatRoseLowersByOneStage() {
    var scope = StandardScope.at(Stage.GUARDED_AUTO);
    for (int i = 0; i < 200; i++) {
      scope.run(i % 40 == 0);
    }
    assertThat(scope.changes).isEmpty();
    int runs = 0;
    while (scope.stage() == Stage.GUARDED_AUTO) {
      // Never twice in a row, so that no streak speaks first.
      scope.run(runs++ % 3 == 0);
      assertThat(runs).isLessThan(60);
    }
    assertThat(scope.changes).extracting(StageChange::cause).containsExactly(Cause.CHANGE_DETECTED);
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
    assertThat(scope.state().suspicion()).isEmpty();
    assertThat(scope.attempt().number()).isEqualTo(1);
  }

  @Test
  void eachAttemptAtAStepIsHarderThanTheOneBefore() {
    var scope = new StandardScope(40);
    scope.review(320);
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
    var proposal = scope.announce();
    scope.execute(proposal, false);
    scope.observe(proposal, Severity.SEVERE);
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    assertThat(scope.attempt().number()).isEqualTo(2);
    scope.observe(proposal, Severity.SEVERE);
    assertThat(scope.attempt().number()).as("it is the same harm").isEqualTo(2);
    var next = scope.announce();
    scope.execute(next, false);
    scope.observe(next, Severity.SEVERE);
    assertThat(scope.attempt().number()).as("its evidence begins anew again").isEqualTo(3);
    assertThat(scope.attempt().counted()).isZero();
  }

  @Test
  void whatWasProposedUnderAnotherStageIsNoEvidenceForTheNext() {
    var scope = new StandardScope(40);
    scope.review(320);
    assertThat(scope.changes).hasSize(1);
    var entered = scope.changes.getFirst().at();
    scope.pass(Duration.ofDays(1));
    scope.review(1);
    long since = Duration.between(entered, scope.now()).toMinutes() / 36 - 40;
    assertThat(scope.attempt().counted()).isBetween(since - 2, since + 1);
  }

  // Versions and splitting

  @Test
  void otherVersionsGoBackToTheStageThatWasProvenForThem() {
    var scope = new StandardScope(40);
    scope.review(320);
    scope.fold(new VersionsChanged("model 1", scope.now()));
    assertThat(scope.stage()).as("the first that is named did all this").isEqualTo(Stage.PROPOSE);
    scope.fold(new VersionsChanged("model 2", scope.now()));
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    assertThat(scope.changes.getLast().cause()).isEqualTo(Cause.VERSION_CHANGED);
    scope.review(320);
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
    scope.fold(new VersionsChanged("model 1", scope.now()));
    assertThat(scope.stage()).as("proven before").isEqualTo(Stage.PROPOSE);
    assertThat(scope.attempt().counted()).as("but not for the next step").isZero();
    int changes = scope.changes.size();
    scope.fold(new VersionsChanged("model 1", scope.now()));
    assertThat(scope.changes).hasSize(changes);
  }

  @Test
  void noVersionRaisesAndOnlyTheLatestAreKept() {
    var scope = new StandardScope(40);
    scope.fold(new VersionsChanged("model 0", scope.now()));
    for (int i = 1; i < 30; i++) {
      scope.fold(new VersionsChanged("model " + i, scope.now()));
      assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    }
    assertThat(scope.state().standing().proven()).hasSize(Standing.MOST_VERSIONS);
  }

  @Test
  void aScopeThatIsSplitOffHasTheFaultsAndNoneOfTheMerits() {
    var parent = new StandardScope(40);
    parent.review(320);
    for (int i = 0; i < 30; i++) {
      parent.review(i % 10 == 0);
    }
    parent.pass(Duration.ofDays(1));
    parent.review(1);
    assertThat(parent.attempt().harms()).isEqualTo(3);
    var child = parent.state().split(parent.now(), 2);
    assertThat(child.stage()).isEqualTo(Stage.OBSERVE);
    assertThat(child.attempt().harms()).isEqualTo(3);
    assertThat(child.attempt().clean()).isZero();
    assertThat(child.attempt().number()).isEqualTo(2);
    assertThat(child.standing().attempt(Stage.PROPOSE)).isEqualTo(1);
    assertThat(child.standing().ordinal()).isEqualTo(2);
    assertThat(child.score().reliability()).isEmpty();
    assertThat(child.attempt().test(0.10).wealth()).isLessThan(1);
  }

  // The whole range

  /// A harm every n-th time, at every rate and both extremes: up and never down, or never up.
  @Test
  void forEveryConstantRateTheStageOnlyRises() {
    for (int permille = 0; permille <= 1000; permille += permille < 120 ? 10 : 80) {
      var scope = new StandardScope(40);
      for (int i = 1; i <= 900; i++) {
        scope.live(i * permille / 1000 > (i - 1) * permille / 1000);
      }
      assertThat(scope.changes).as("at %d per thousand", permille).allMatch(StageChange::promotion);
      var reached =
          permille >= 100 ? Stage.OBSERVE : permille >= 50 ? Stage.PROPOSE : Stage.GUARDED_AUTO;
      assertThat(scope.stage()).as("at %d per thousand", permille).isLessThanOrEqualTo(reached);
      if (permille <= 10) {
        assertThat(scope.stage()).isEqualTo(Stage.GUARDED_AUTO);
      }
    }
  }

  /// The same through all stages: where half of what could run is looked at, evidence goes on above
  /// guarded_auto too.
  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 45, 50, 60, 75, 100, 150, 200,
        250, 300, 400, 500, 600, 750, 900, 1000
      })
  void forEveryConstantRateTheStageOnlyRisesAlsoAboveGuardedAuto(int permille) {
    var scope = new StandardScope(40);
    scope.said =
        new TrustEvent.Said(
            Optional.of("agent"), Optional.of(1.0), Optional.of(1.0), Optional.of(1.0));
    for (int i = 1; i <= 12_000; i++) {
      scope.liveHalfAudited(i * permille / 1000 > (i - 1) * permille / 1000);
    }
    assertThat(scope.changes).allMatch(StageChange::promotion);
    if (permille == 0) {
      assertThat(scope.stage()).isEqualTo(Stage.FULL_AUTO);
    }
    if (permille >= 100) {
      assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    }
  }

  // What is stored

  @Test
  void aStateFromBeforeTheTestIsReadAndBeginsItsEvidenceThere() {
    var members = new StandardScope(40).state().toJson();
    var old = Json.object();
    members
        .members()
        .forEach((name, value) -> {
          if (!List.of("format", "stage", "standing", "attempt", "suspicion").contains(name)) {
            old.put(name, value);
          }
        });
    var text = old.put("format", 1).put("ordinal", 5).put("stage", "guarded_auto").build();
    var read = TrustState.fromJson(JsonReader.readObject(text.toString()));
    assertThat(read.stage()).isEqualTo(Stage.GUARDED_AUTO);
    assertThat(read.standing().ordinal()).isEqualTo(5);
    assertThat(read.standing().attempt(Stage.GUARDED_AUTO)).isEqualTo(1);
    var scope = new StandardScope(StandardScope.AUTOMATIC, read, 40);
    scope.run(false);
    assertThat(scope.state().suspicion()).isPresent();
  }

  @Test
  void theStateStaysSmall() {
    var scope = new StandardScope(40);
    for (int i = 0; i < 700; i++) {
      scope.live(i % 50 == 49);
      if (i % 60 == 0) {
        scope.fold(new VersionsChanged("model 3.1.4, tool 2, policy " + i % 9, scope.now()));
      }
    }
    assertThat(scope.folded.text().length()).isLessThan(6_000);
  }

  @Test
  void otherTermsOfAStepBeginItsAttemptAnewAndWhatIsWatchedGoesOn() {
    var scope = StandardScope.at(Stage.GUARDED_AUTO);
    for (int i = 0; i < 30; i++) {
      var drawn = scope.announce(Optional.of(new Draw(true, 0.5)));
      scope.decide(drawn, true, Occasion.AUDIT);
    }
    scope.pass(Duration.ofDays(20));
    scope.review(1);
    assertThat(scope.attempt().clean()).isGreaterThan(20);
    var before = scope.state();
    var stricter = before.attempt().terms().orElseThrow();
    var budgets = List.of(new HarmBudget(0.1), new HarmBudget(0.05), stricter, stricter);
    var same = new Setting(Profile.STANDARD, Promotion.SIGNED, budgets, 0.001);
    assertThat(settled(same, before).attempt()).as("another step's").isEqualTo(before.attempt());

    var lower = new HarmBudget(0.01, Severity.MINOR);
    for (var terms : List.of(lower, new HarmBudget(0.02, Severity.MAJOR))) {
      var others = List.of(new HarmBudget(0.1), new HarmBudget(0.05), terms, lower);
      var after = settled(new Setting(Profile.STANDARD, Promotion.SIGNED, others, 0.01), before);
      assertThat(after.attempt().counted()).isZero();
      assertThat(after.attempt().number())
          .isEqualTo(before.standing().attempt(Stage.GUARDED_AUTO) + 1);
      assertThat(after.stage()).isEqualTo(before.stage());
      assertThat(after.suspicion()).isEqualTo(before.suspicion());
      assertThat(after.streak()).isEqualTo(before.streak());
    }
  }

  /// The test does not rest on the score, so what it counted stays.
  @Test
  void otherWeightsTakeNothingFromAnAttemptAndChangeNoState() {
    var scope = new StandardScope(40);
    scope.review(30);
    scope.pass(Duration.ofDays(20));
    scope.review(1);
    var before = scope.state();
    assertThat(before.attempt().clean()).isGreaterThan(20);
    var weights = new ScoreWeights(1, 9_999, 0, 0, 10_000);
    var setting =
        new Setting(
            Profile.STANDARD,
            Promotion.AUTOMATIC,
            Setting.DEFAULT_BUDGETS,
            Setting.DEFAULT_RISK,
            weights);
    assertThat(before.score(weights)).isNotEqualTo(before.score());
    assertThat(settled(setting, before)).isEqualTo(before);
    assertThat(settled(setting, before).digest()).isEqualTo(before.digest());
  }

  private static TrustState settled(Setting setting, TrustState state) {
    return new TrustFold(setting).settle(state, state.time(), List.of(), List.of()).state();
  }
}
