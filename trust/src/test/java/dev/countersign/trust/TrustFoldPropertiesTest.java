package dev.countersign.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.testkit.Property;
import dev.countersign.trust.StageChange.Cause;
import dev.countersign.trust.TrustEvent.Decided;
import dev.countersign.trust.TrustEvent.Draw;
import dev.countersign.trust.TrustEvent.Ended;
import dev.countersign.trust.TrustEvent.Ending;
import dev.countersign.trust.TrustEvent.Executed;
import dev.countersign.trust.TrustEvent.Occasion;
import dev.countersign.trust.TrustEvent.OutcomeObserved;
import dev.countersign.trust.TrustEvent.Proposed;
import dev.countersign.trust.TrustEvent.RolledBack;
import dev.countersign.trust.TrustEvent.StageLowered;
import dev.countersign.trust.TrustEvent.StageSigned;
import dev.countersign.trust.TrustEvent.VersionsChanged;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TrustFoldPropertiesTest {
  private static final int CASES = 150;
  private static final int EVENTS = 120;
  private static final Severity[] ANY_SEVERITY = Severity.values();
  private static final Severity[] MILD = {Severity.NONE, Severity.MINOR, Severity.MAJOR};

  @Test
  void aReplayGivesTheSameStateBitForBit() {
    Property.holdsFor(
        CASES,
        random -> {
          var setting = setting(random);
          var start = FoldedScope.stateAt(any(random, Stage.values()));
          var once = new FoldedScope(setting, start);
          var again = new FoldedScope(setting, start);
          for (var event : events(random)) {
            var changes = once.fold(event);
            if (random.nextInt(4) == 0) {
              again.passThroughText();
            }
            assertThat(again.fold(event, 1 + random.nextInt(3)))
                .as("however it is stored and settled in between")
                .isEqualTo(changes);
            assertThat(again.state()).isEqualTo(once.state());
          }
          assertThat(again.text()).isEqualTo(once.text());
        });
  }

  @Test
  void aStateSurvivesItsText() {
    Property.holdsFor(
        CASES,
        random -> {
          var scope = scope(random);
          for (var event : events(random)) {
            scope.fold(event);
            var before = scope.state();
            scope.passThroughText();
            assertThat(scope.state()).isEqualTo(before);
          }
        });
  }

  @Test
  void noRejectionAndNoHarmRaisesAStage() {
    Property.holdsFor(
        CASES,
        random -> {
          var scope = scope(random);
          for (var event : events(random)) {
            // Each kind of bad news at each moment, also just before the good news that promotes.
            for (var news : badNews(new UUID(0x7000L, random.nextInt(60)), event.at())) {
              assertThat(scope.probe(news)).as("%s", news).noneMatch(StageChange::promotion);
            }
            scope.fold(event);
          }
        });
  }

  @Test
  void noEventRaisesAStageByMoreThanOneAndNoneBothLowersAndRaises() {
    Property.holdsFor(
        CASES,
        random -> {
          var scope = scope(random);
          for (var event : events(random)) {
            var before = scope.stage();
            var changes = scope.fold(event);
            assertThat(scope.stage()).isLessThanOrEqualTo(before.above().orElse(before));
            assertThat(changes.stream().filter(StageChange::promotion).count())
                .isLessThanOrEqualTo(changes.size() == 1 ? 1 : 0);
          }
        });
  }

  @Test
  void afterASevereHarmTheStageIsObserveOnceForEachProposal() {
    Property.holdsFor(
        CASES,
        random -> {
          var scope = scope(random);
          var harmed = new HashSet<UUID>();
          for (var event : events(random)) {
            long begun = scope.state().standing().entries();
            var changes = scope.fold(event);
            if (event instanceof OutcomeObserved outcome && outcome.severity() == Severity.SEVERE) {
              if (harmed.add(outcome.proposalId())) {
                assertThat(scope.stage()).isEqualTo(Stage.OBSERVE);
                assertThat(scope.state().standing().entries()).isGreaterThan(begun);
              } else {
                assertThat(changes)
                    .extracting(StageChange::cause)
                    .doesNotContain(Cause.SEVERE_HARM);
              }
            }
          }
        });
  }

  @Test
  void theStandardProfileNeverRisesOnWhatPeopleWithoutNamesSay() {
    Property.holdsFor(
        CASES,
        random -> {
          var setting = new Setting(Profile.STANDARD, any(random, Promotion.values()));
          var scope = new FoldedScope(setting, FoldedScope.stateAt(any(random, Stage.values())));
          for (var event : events(random)) {
            var before = scope.stage();
            scope.fold(event);
            assertThat(scope.stage()).isLessThanOrEqualTo(before);
          }
        });
  }

  @Test
  void scopesDoNotTouchEachOther() {
    Property.holdsFor(
        CASES,
        random -> {
          var fold = setting(random);
          var start = FoldedScope.stateAt(any(random, Stage.values()));
          var mine = events(random);
          var others = events(random);
          var alone = new FoldedScope(fold, start);
          mine.forEach(alone::fold);

          var beside = new FoldedScope(fold, start);
          var other = new FoldedScope(fold, start);
          int next = 0;
          for (var event : mine) {
            while (next < others.size() && random.nextBoolean()) {
              other.fold(others.get(next++));
            }
            beside.fold(event);
          }
          assertThat(beside.text()).isEqualTo(alone.text());
        });
  }

  @Test
  void noTallyIsEverWrong() {
    Property.holdsFor(
        CASES,
        random -> {
          var scope = scope(random);
          for (var event : events(random)) {
            scope.fold(event);
            for (var tally : scope.state().tallies().values()) {
              assertThat(tally.awaited()).isNotNegative();
              assertThat(tally.rejected()).isBetween(0L, tally.decided());
              assertThat(tally.harmful()).isBetween(0L, tally.executed());
              assertThat(tally.undecided()).isBetween(0L, tally.executed());
            }
          }
        });
  }

  /// A harm every n-th time, for every n and both extremes: up and never down, or never up.
  @Test
  void forEveryConstantRateOfRejectionAndHarmTheStageOnlyRises() {
    for (int percent = 0; percent <= 100; percent++) {
      var scope = new FoldedScope(FoldedScope.DEMO);
      var highest = Stage.OBSERVE;
      for (int i = 1; i <= 500; i++) {
        boolean bad = i * percent / 100 > (i - 1) * percent / 100;
        if (scope.stage().automatic()) {
          scope.observe(scope.run(), !bad, bad ? Severity.MINOR : Severity.NONE);
        } else if (bad) {
          scope.reject();
        } else {
          scope.succeed(scope.execute(scope.approve()));
        }
        assertThat(scope.stage()).as("at %d%%", percent).isGreaterThanOrEqualTo(highest);
        highest = scope.stage();
      }
    }
  }

  private static List<TrustEvent> badNews(UUID known, Instant at) {
    var fresh = new UUID(0x7001L, 0);
    return List.of(
        new Decided(fresh, false, at, true),
        new Decided(fresh, false, at, true, Occasion.VETO),
        failure(known, Severity.NONE, at),
        failure(known, Severity.MINOR, at),
        failure(fresh, Severity.SEVERE, at),
        new RolledBack(known, at),
        new Ended(known, Ending.EXPIRED, at),
        new Ended(known, Ending.WITHDRAWN, at),
        new VersionsChanged("model 7", at),
        new VersionsChanged("model 1", at, Optional.of(known)),
        new Proposed(fresh, at, Duration.ofDays(1), Optional.empty()),
        new StageLowered(Stage.OBSERVE, "api_key:ck_1", at));
  }

  private static OutcomeObserved failure(UUID proposal, Severity severity, Instant at) {
    return new OutcomeObserved(proposal, false, severity, Optional.empty(), Optional.empty(), at);
  }

  private static FoldedScope scope(RandomGenerator random) {
    return new FoldedScope(setting(random), FoldedScope.stateAt(any(random, Stage.values())));
  }

  private static Setting setting(RandomGenerator random) {
    return new Setting(
        random.nextInt(5) == 0 ? Profile.STANDARD : Profile.DEMO,
        random.nextInt(5) == 0 ? Promotion.SIGNED : Promotion.AUTOMATIC,
        Setting.DEFAULT_BUDGETS,
        Setting.DEFAULT_RISK,
        random.nextBoolean() ? ScoreWeights.USUAL : ScoreWeightsTest.any(random));
  }

  /// Mostly the life of one proposal after another, mixed with events in no sensible order. In half
  /// of the cases nearly all goes well, so that stages rise; time jumps: mostly a little, sometimes
  /// by weeks, sometimes back.
  private static List<TrustEvent> events(RandomGenerator random) {
    int good = random.nextBoolean() ? 85 + random.nextInt(16) : random.nextInt(100);
    int usual = random.nextInt(100);
    var at = FoldedScope.MORNING;
    var events = new ArrayList<TrustEvent>();
    for (int i = 0; i < EVENTS; i++) {
      at = at.plus(jump(random));
      if (random.nextInt(100) < usual) {
        int kind = List.of(0, 7, 12).get(i % 3);
        events.add(event(random, kind, new UUID(0x7000L, i / 3), good, at));
      } else {
        var proposal = new UUID(0x7000L, random.nextInt(60));
        events.add(event(random, random.nextInt(26), proposal, good, at));
      }
    }
    return events;
  }

  private static Duration jump(RandomGenerator random) {
    return switch (random.nextInt(60)) {
      case 0 -> Duration.ofDays(random.nextInt(40));
      case 1 -> Duration.ofDays(-random.nextInt(20));
      default -> Duration.ofSeconds(random.nextInt(20_000), random.nextInt(1_000_000_000));
    };
  }

  private static TrustEvent event(
      RandomGenerator random, int kind, UUID proposal, int good, Instant at) {
    boolean fine = random.nextInt(100) < good;
    return switch (kind) {
      case 0, 1, 2, 3, 4, 5, 6 -> {
        var occasion = fine ? Occasion.REVIEW : any(random, Occasion.values());
        yield new Decided(proposal, fine, at, random.nextInt(10) > 0, occasion);
      }
      case 7, 8, 9, 10, 11 ->
          new Executed(
              proposal, at, random.nextBoolean(), Duration.ofHours(60 + random.nextInt(400)));
      case 12, 13, 14, 15, 16 -> {
        var severity =
            fine ? Severity.NONE : any(random, random.nextInt(6) == 0 ? ANY_SEVERITY : MILD);
        yield new OutcomeObserved(
            proposal,
            fine,
            severity,
            Optional.of((long) random.nextInt(300)),
            Optional.of(240L),
            at);
      }
      case 17 -> fine ? new Executed(proposal, at, true) : new RolledBack(proposal, at);
      case 18 ->
          fine
              ? new StageSigned(any(random, Stage.values()), "api_key:ck_1", at)
              : new StageLowered(any(random, Stage.values()), "api_key:ck_1", at);
      case 19, 20, 21 ->
          new Proposed(proposal, at, Duration.ofHours(1 + random.nextInt(400)), draw(random));
      case 22 -> new Ended(proposal, any(random, Ending.values()), at);
      case 23 -> new VersionsChanged("model " + random.nextInt(random.nextInt(3) + 1), at);
      default -> new Executed(proposal, at, false);
    };
  }

  private static Optional<Draw> draw(RandomGenerator random) {
    return random.nextInt(4) == 0
        ? Optional.empty()
        : Optional.of(new Draw(random.nextBoolean(), random.nextInt(8) == 0 ? 0.2 : 0.05));
  }

  private static <T> T any(RandomGenerator random, T[] values) {
    return values[random.nextInt(values.length)];
  }
}
