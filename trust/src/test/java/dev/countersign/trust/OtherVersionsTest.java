package dev.countersign.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.testkit.Property;
import dev.countersign.trust.StageChange.Cause;
import dev.countersign.trust.TrustEvent.Decided;
import dev.countersign.trust.TrustEvent.Draw;
import dev.countersign.trust.TrustEvent.Executed;
import dev.countersign.trust.TrustEvent.Occasion;
import dev.countersign.trust.TrustEvent.OutcomeObserved;
import dev.countersign.trust.TrustEvent.Proposed;
import dev.countersign.trust.TrustEvent.RolledBack;
import dev.countersign.trust.TrustEvent.Said;
import dev.countersign.trust.TrustEvent.VersionsChanged;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What other versions did well says nothing of those that are named; what harm they did counts.
class OtherVersionsTest {
  private static final Duration DAY = Duration.ofDays(1);

  /// At observe, where a change of versions keeps the stage.
  private final FoldedScope scope = new FoldedScope(FoldedScope.DEMO);

  // What they did well

  @Test
  void anApprovalOfOtherVersionsRaisesNoPartAndIsNoReview() {
    var ours = approvedUnder("a");
    var theirs = shown();
    name("b");
    approveNow(shown());
    scope.reject();
    var before = scope.state();
    decide(theirs, true, Occasion.REVIEW);
    assertThat(scope.state().score().reliability().orElseThrow())
        .as("of one approved and one rejected, and of what was approved before")
        .isCloseTo(before.score().reliability().orElseThrow(), within(1e-9));
    assertThat(scope.state().since().decided()).isEqualTo(before.since().decided());
    assertThat(scope.state().attempt().reviewers()).isEqualTo(before.attempt().reviewers());
    assertThat(scope.state().tally(Stage.OBSERVE).decided())
        .as("it is counted as what happened")
        .isEqualTo(before.tally(Stage.OBSERVE).decided() + 1);
    assertThat(ours).isNotNull();
  }

  @Test
  void aSuccessOfOtherVersionsRaisesNoPartAndKeepsNoScopeFromBeingIdle() {
    var theirs = scope.execute(approvedUnder("a"));
    name("b");
    var own = scope.execute(approveNow(shown()));
    scope.fail(own);
    var before = scope.state();
    scope.succeed(theirs);
    var after = scope.state();
    assertThat(after.score().alignment()).contains(0.0);
    assertThat(after.score().value()).isEqualTo(before.score().value());
    assertThat(after.since().observed()).isEqualTo(before.since().observed());
    assertThat(after.lastObserved()).isEqualTo(before.lastObserved());
    assertThat(after.tally(Stage.OBSERVE).succeeded()).isEqualTo(1);
  }

  @Test
  void howWellAModelForeknewThemIsNoCalibration() {
    name("a");
    scope.pass(Duration.ofMinutes(1));
    var theirs = scope.proposal();
    var said = new Said(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(1.0));
    scope.fold(new Proposed(theirs, scope.now(), DAY, Optional.empty(), said));
    decide(theirs, true, Occasion.REVIEW);
    scope.execute(theirs);
    name("b");
    scope.succeed(theirs);
    assertThat(scope.state().score().safety()).isEmpty();
    scope.rollBack(theirs);
    assertThat(scope.state().score().safety()).isEmpty();
    assertThat(scope.state().score().alignment()).contains(0.0);
    name("a");
    var ours = scope.proposal();
    scope.fold(new Proposed(ours, scope.now(), DAY, Optional.empty(), said));
    scope.succeed(scope.execute(ours));
    assertThat(scope.state().score().safety()).contains(1.0);
  }

  @Test
  void aSuccessOfOtherVersionsEndsNoStreakAndQuietsNoDetector() {
    var guarded = new StandardScope(StandardScope.SIGNED, proven("a", "b"), 40);
    var theirs = run(guarded);
    guarded.fold(new VersionsChanged("b", guarded.now()));
    assertThat(guarded.stage()).isEqualTo(Stage.GUARDED_AUTO);
    guarded.run(true);
    var before = guarded.state();
    assertThat(before.streak()).isEqualTo(1);
    guarded.observe(theirs, Severity.NONE);
    assertThat(guarded.state().streak()).isEqualTo(1);
    assertThat(guarded.state().suspicion()).isEqualTo(before.suspicion());
    guarded.run(false);
    assertThat(guarded.state().streak()).as("its own success does").isZero();
  }

  @Test
  void goodNewsOfOtherVersionsPromotesNobody() {
    name("a");
    var theirs = shown();
    name("b");
    for (int i = 0; i < 5; i++) {
      approveNow(shown());
    }
    // One is missing, and a rejection gives it without asking for the step.
    scope.reject();
    assertThat(scope.recommendation().given()).isTrue();
    decide(theirs, true, Occasion.REVIEW);
    assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
    approveNow(shown());
    assertThat(scope.stage()).isEqualTo(Stage.PROPOSE);
  }

  // Their harm

  @Test
  void aRejectionOfOtherVersionsLowersReliabilityAndFillsNoMinimum() {
    name("a");
    var theirs = shown();
    name("b");
    approveNow(shown());
    decide(theirs, false, Occasion.VETO);
    assertThat(scope.state().score().reliability().orElseThrow()).isCloseTo(0.5, within(1e-3));
    assertThat(scope.state().score().overrides().orElseThrow()).isCloseTo(0.5, within(1e-3));
    assertThat(scope.state().since().decided()).isEqualTo(1);
  }

  @Test
  void aFailureOfOtherVersionsLowersAlignmentAndCountsAsAnError() {
    var theirs = scope.execute(approvedUnder("a"));
    name("b");
    scope.succeed(scope.execute(approveNow(shown())));
    decide(shown(), false, Occasion.VETO);
    var before = scope.state();
    scope.fail(theirs);
    var after = scope.state();
    assertThat(after.score().alignment().orElseThrow()).isCloseTo(0.5, within(1e-3));
    assertThat(after.errorBound()).isGreaterThan(before.errorBound());
    assertThat(after.score().value()).isEqualTo(before.score().value());
    assertThat(after.since().observed()).isEqualTo(before.since().observed());
    assertThat(after.score().overrides().orElseThrow())
        .as("it is no override, and none is denied by it")
        .isCloseTo(before.score().overrides().orElseThrow(), within(1e-9));
    scope.rollBack(theirs);
    assertThat(scope.state().score().overrides().orElseThrow())
        .isGreaterThan(before.score().overrides().orElseThrow());
    assertThat(scope.state().score().alignment().orElseThrow()).isCloseTo(0.5, within(1e-3));
  }

  @Test
  void aStreakOfOtherVersionsLowers() {
    var guarded = new StandardScope(StandardScope.SIGNED, proven("a", "b"), 40);
    var theirs = List.of(run(guarded), run(guarded), run(guarded), run(guarded));
    guarded.fold(new VersionsChanged("b", guarded.now()));
    theirs.forEach(one -> guarded.observe(one, Severity.MINOR));
    assertThat(guarded.changes.getLast().cause()).isIn(Cause.HARM_STREAK, Cause.CHANGE_DETECTED);
    assertThat(guarded.stage()).isEqualTo(Stage.PROPOSE);
  }

  @Test
  void aSevereHarmOfOtherVersionsLowersToObserve() {
    var guarded = new StandardScope(StandardScope.SIGNED, proven("a", "b"), 40);
    var theirs = run(guarded);
    guarded.fold(new VersionsChanged("b", guarded.now()));
    guarded.observe(theirs, Severity.SEVERE);
    assertThat(guarded.stage()).isEqualTo(Stage.OBSERVE);
    assertThat(guarded.changes.getLast().cause()).isEqualTo(Cause.SEVERE_HARM);
  }

  // What is corrected

  @Test
  void aHarmOfOtherVersionsThatWasNoneIsTakenBackAndNothingIsAdded() {
    var theirs = scope.execute(approvedUnder("a"));
    name("b");
    scope.fail(theirs);
    assertThat(scope.state().score().alignment()).contains(0.0);
    scope.succeed(theirs);
    assertThat(scope.state().score().alignment()).isEmpty();
    assertThat(scope.state().errorBound()).isZero();
    scope.succeed(theirs);
    assertThat(scope.state().score().alignment()).isEmpty();
    scope.fail(theirs);
    scope.fail(theirs);
    assertThat(scope.state().score().alignment()).contains(0.0);
    assertThat(scope.state().tally(Stage.OBSERVE).failed()).isEqualTo(1);
  }

  @Test
  void whatWasCountedWhileTheirVersionsWereNamedStaysUntilItTurnsOutBad() {
    var theirs = scope.execute(approvedUnder("a"));
    scope.succeed(theirs);
    name("b");
    var before = scope.state();
    scope.succeed(theirs);
    assertThat(scope.state().score()).isEqualTo(before.score());
    scope.fail(theirs);
    assertThat(scope.state().score().alignment()).contains(0.0);
    assertThat(scope.state().score().value()).as("corrected in full").isPresent();
  }

  @Test
  void anOverdueOutcomeThatComesLateIsNoErrorAnyMoreAndNoMeritEither() {
    var theirs = scope.execute(approvedUnder("a"));
    name("b");
    scope.pass(Duration.ofDays(20));
    approveNow(shown());
    assertThat(scope.state().errorBound()).isPositive();
    scope.succeed(theirs);
    assertThat(scope.state().errorBound()).isZero();
    assertThat(scope.state().score().alignment()).isEmpty();
  }

  // Whose versions they are

  @Test
  void whenTheirVersionsAreNamedAgainTheyCountAgain() {
    var theirs = scope.execute(approvedUnder("a"));
    name("b");
    name("a");
    scope.succeed(theirs);
    assertThat(scope.state().score().alignment()).contains(1.0);
  }

  @Test
  void whoeverDecidesThemLaterTheyAreOfTheVersionsUnderWhichTheyWereShown() {
    name("a");
    var theirs = shown();
    name("b");
    scope.succeed(scope.execute(approveNow(theirs)));
    assertThat(scope.state().score().alignment()).isEmpty();
  }

  @Test
  void beforeAnyVersionsChangedWhatNobodyNotedIsOfTheFirst() {
    var early = scope.execute(scope.approve());
    name("a");
    scope.succeed(early);
    assertThat(scope.state().score().alignment()).contains(1.0);
    var late = scope.execute(scope.proposal());
    assertThat(scope.memoryOf(late).orElseThrow().versions()).isPresent();
  }

  @Test
  void onceOthersCameWhatNobodyNotedIsOfOthers() {
    var early = scope.execute(scope.approve());
    name("a");
    name("b");
    scope.succeed(early);
    assertThat(scope.state().score().alignment()).isEmpty();
  }

  /// Nobody is shown what a grant lets pass, so it is first carried out and heard of then, and by
  /// then others may be named.
  @Test
  void aProposalThatNobodyIsShownIsOfTheVersionsThatItNamed() {
    var theirs = scope.proposal();
    scope.fold(new VersionsChanged("a", scope.now(), Optional.of(theirs)));
    name("b");
    scope.execute(theirs);
    scope.succeed(theirs);
    assertThat(scope.state().score().alignment()).isEmpty();
    assertThat(scope.state().tally(Stage.OBSERVE).undecided()).isEqualTo(1);
    var again = scope.proposal();
    scope.fold(new VersionsChanged("b", scope.now(), Optional.of(again)));
    scope.succeed(scope.execute(again));
    assertThat(scope.state().score().alignment()).contains(1.0);
  }

  @Test
  void aMemoryOfBeforeIsReadAndSaysNothingOfVersions() {
    var early = scope.execute(approvedUnder("a"));
    var memory = scope.memoryOf(early).orElseThrow();
    var text = memory.toJson().toString();
    assertThat(text).contains("\"versions\"", "\"harm_alone\"");
    var old = Json.object();
    memory
        .toJson()
        .members()
        .forEach((name, value) -> {
          if (!List.of("versions", "harm_alone").contains(name)) {
            old.put(name, value);
          }
        });
    var read = Remembered.fromJson(JsonReader.readObject(old.build().toString()));
    assertThat(read.versions()).isEmpty();
    assertThat(read.harmAlone()).isFalse();
  }

  /// At each moment of any story: good news of a proposal of other versions leaves everything that
  /// a stage rests on as the passing of time alone leaves it.
  @Test
  void whateverHappenedGoodNewsOfOtherVersionsIsAsIfOnlyTimeHadPassed() {
    long[] seen = new long[2];
    Property.holdsFor(
        200,
        random -> {
          var setting =
              new Setting(
                  random.nextBoolean() ? Profile.DEMO : Profile.STANDARD, Promotion.AUTOMATIC);
          var folded =
              new FoldedScope(
                  setting, FoldedScope.stateAt(List.of(Stage.values()).get(random.nextInt(5))));
          var at = FoldedScope.MORNING;
          for (int i = 0; i < 100; i++) {
            at = at.plus(Duration.ofMinutes(random.nextInt(2_000)));
            var event = any(random, at);
            // An event of nobody's proposal lets the same time pass.
            folded.fold(new TrustEvent.OutcomeOverdue(new UUID(0x7001L, 0), at));
            var known = event.concerns().flatMap(folded::memoryOf);
            boolean good =
                known.filter(its -> good(event, its)).isPresent()
                    && folded.state().standing().others(known.get().versions());
            if (!good) {
              folded.fold(event);
              continue;
            }
            seen[event instanceof Decided ? 0 : 1]++;
            var before = folded.state();
            assertThat(folded.fold(event)).isEmpty();
            assertThat(restsOn(folded.state())).isEqualTo(restsOn(before));
          }
        });
    assertThat(seen[0]).as("decisions").isGreaterThan(50);
    assertThat(seen[1]).as("outcomes").isGreaterThan(50);
  }

  private static boolean good(TrustEvent event, Remembered known) {
    return switch (event) {
      case Decided decided -> decided.approved() && known.phase() == Remembered.Phase.SHOWN;
      case OutcomeObserved outcome ->
          outcome.success()
              && outcome.severity() == Severity.NONE
              && known.phase() == Remembered.Phase.OPEN;
      default -> false;
    };
  }

  private static List<Object> restsOn(TrustState state) {
    return List.of(
        state.stage(),
        state.evidence(),
        state.since(),
        state.streak(),
        state.suspicion(),
        state.attempt(),
        state.lastObserved(),
        state.history());
  }

  private static TrustEvent any(RandomGenerator random, Instant at) {
    var proposal = new UUID(0x7000L, random.nextInt(25));
    return switch (random.nextInt(12)) {
      case 0, 1, 2 ->
          new Proposed(
              proposal,
              at,
              Duration.ofHours(1 + random.nextInt(400)),
              random.nextBoolean() ? Optional.empty() : Optional.of(new Draw(true, 0.2)),
              new Said(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(0.9)));
      case 3, 4, 5 ->
          new Decided(
              proposal,
              random.nextInt(5) > 0,
              at,
              true,
              Occasion.REVIEW,
              Optional.of("user:" + random.nextInt(3)));
      case 6, 7 ->
          new Executed(
              proposal, at, random.nextBoolean(), Duration.ofHours(60 + random.nextInt(400)));
      case 8, 9, 10 -> {
        boolean fine = random.nextInt(5) > 0;
        yield new OutcomeObserved(
            proposal,
            fine,
            fine ? Severity.NONE : Severity.MINOR,
            Optional.of((long) random.nextInt(300)),
            Optional.of(240L),
            at,
            Optional.of("system:counter"));
      }
      default ->
          random.nextInt(3) == 0
              ? new RolledBack(proposal, at)
              : new VersionsChanged("model " + random.nextInt(3), at);
    };
  }

  // What the tests say in a word.

  private void name(String versions) {
    scope.pass(Duration.ofMinutes(1));
    scope.fold(new VersionsChanged(versions, scope.now()));
  }

  private UUID shown() {
    scope.pass(Duration.ofMinutes(1));
    var proposal = scope.proposal();
    scope.fold(new Proposed(proposal, scope.now(), Duration.ofDays(30), Optional.empty()));
    return proposal;
  }

  private UUID approvedUnder(String versions) {
    name(versions);
    return approveNow(shown());
  }

  private UUID approveNow(UUID proposal) {
    decide(proposal, true, Occasion.REVIEW);
    return proposal;
  }

  private void decide(UUID proposal, boolean approved, Occasion occasion) {
    scope.pass(Duration.ofMinutes(1));
    scope.fold(
        new Decided(proposal, approved, scope.now(), true, occasion, Optional.of("user:ada")));
  }

  /// At guarded_auto under versions `a`, with the same proven for `b`.
  private static TrustState proven(String named, String other) {
    var start = FoldedScope.stateAt(Stage.GUARDED_AUTO);
    var proven =
        List.of(new Proven(other, Stage.GUARDED_AUTO), new Proven(named, Stage.GUARDED_AUTO));
    var standing = start.standing();
    return new TrustState(
        start.stage(),
        start.enteredAt(),
        start.time(),
        start.evidence(),
        start.since(),
        start.tallies(),
        start.apart(),
        start.streak(),
        start.lastObserved(),
        start.lowered(),
        start.history(),
        new Standing(
            standing.ordinal(),
            standing.entries(),
            standing.turns(),
            standing.counted(),
            standing.attempts(),
            Optional.of(named),
            proven),
        start.attempt(),
        start.suspicion());
  }

  private static UUID run(StandardScope scope) {
    var proposal = scope.announce(Optional.of(new Draw(false, 0.05)));
    scope.fold(new Executed(proposal, scope.now(), true, Duration.ofDays(30)));
    return proposal;
  }
}
