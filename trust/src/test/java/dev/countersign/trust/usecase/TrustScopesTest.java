package dev.countersign.trust.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.Violation;
import dev.countersign.kernel.store.RulesMustChange;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.kernel.store.TenantTransactions.Work;
import dev.countersign.testkit.Await;
import dev.countersign.testkit.ManualClock;
import dev.countersign.trust.HarmBudget;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.ScoreWeights;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Severity;
import dev.countersign.trust.Stage;
import dev.countersign.trust.StageChange;
import dev.countersign.trust.StageChange.Cause;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustEvent.Decided;
import dev.countersign.trust.TrustEvent.Executed;
import dev.countersign.trust.TrustEvent.Occasion;
import dev.countersign.trust.TrustEvent.OutcomeObserved;
import dev.countersign.trust.TrustEvent.Proposed;
import dev.countersign.trust.sequential.PromotionTest;
import dev.countersign.trust.store.TrustStore;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TrustScopesTest {
  private static final TrustDatabase DATABASE = new TrustDatabase();
  private static final ScopeKey REFILL =
      new ScopeKey("main", "verification", "advance", ScopeKey.ANY);
  private static final ScopeKey CLAIM = new ScopeKey("main", "payout", "advance", "adjuster");

  /// Far more than a busy machine needs to start a thread.
  private static final Duration LOCK_WAIT = Duration.ofSeconds(30);

  private final ManualClock clock = ManualClock.at("2026-03-02T08:00:00Z");
  private final Ids ids = new Ids(clock, new SecureRandom());
  private final TrustScopes scopes = new TrustScopes(new TrustStore(), ids, clock);
  private final TenantId tenant = DATABASE.tenant();

  @Test
  void anUnknownScopeIsAtObserveAndReadingStoresNothing() {
    assertThat(stage(REFILL)).isEqualTo(Stage.OBSERVE);
    read(transaction -> scopes.stage(transaction, REFILL, clock.instant()));
    read(transaction -> scopes.wouldChange(transaction, REFILL, approval()));
    assertThat(read(transaction -> scopes.list(transaction, 10, Optional.empty())).items())
        .isEmpty();
  }

  @Test
  void aDemoTenantsScopeRisesWithItsEvidenceAndRaisesTheGeneration() {
    seedDemo();
    long before = generation();
    for (int i = 0; i < 5; i++) {
      assertThat(observe(REFILL, approval())).isEmpty();
    }
    assertThat(generation()).isEqualTo(before);
    var sixth = approval();
    boolean changes = read(transaction -> scopes.wouldChange(transaction, REFILL, sixth));
    assertThat(changes).isTrue();
    assertThat(observe(REFILL, sixth))
        .extracting(StageChange::entryType)
        .containsExactly("stage.promoted");
    assertThat(stage(REFILL)).isEqualTo(Stage.PROPOSE);
    assertThat(stage(CLAIM)).as("another scope").isEqualTo(Stage.OBSERVE);
    assertThat(generation()).isEqualTo(before + 1);
  }

  @Test
  void withoutASettingTheStandardProfileHoldsAndSaysWhatIsMissing() {
    for (int i = 0; i < 10; i++) {
      observe(REFILL, approval());
    }
    assertThat(stage(REFILL)).isEqualTo(Stage.OBSERVE);
    var view = only();
    assertThat(view.text("profile")).contains("standard");
    assertThat(view.object("next_step").orElseThrow().items("missing"))
        .containsExactly(
            new JsonString("sequential_test"),
            new JsonString("several_reviewers"),
            new JsonString("independent_sources"),
            new JsonString("calendar_days"),
            new JsonString("dwell"));
  }

  @Test
  void aStageChangesOnlyUnderTheExclusiveLock() {
    seedDemo();
    for (int i = 0; i < 5; i++) {
      observe(REFILL, approval());
    }
    assertThatThrownBy(() -> run(Rules.APPLY, t -> scopes.observe(t, REFILL, approval())))
        .isInstanceOf(RulesMustChange.class);
    assertThat(stage(REFILL)).isEqualTo(Stage.OBSERVE);
    assertThat(observe(REFILL, approval())).hasSize(1);
  }

  @Test
  void anEventIsUndoneWithItsTransaction() {
    seedDemo();
    var event = approval();
    assertThatThrownBy(() ->
            run(
                Rules.CHANGE,
                transaction -> {
                  scopes.observe(transaction, REFILL, event);
                  throw new Refusal.Conflict("test", "something else went wrong");
                }))
        .isInstanceOf(Refusal.Conflict.class);
    assertThat(read(transaction -> scopes.list(transaction, 10, Optional.empty())).items())
        .isEmpty();
  }

  @Test
  void firstSightOfAScopeByManyAtOnceMakesOneAndLosesNothing() throws Exception {
    seedDemo();
    int observers = 12;
    var tasks = new ArrayList<Callable<StageMoves>>();
    for (int i = 0; i < observers; i++) {
      var event = approval();
      tasks.add(() -> run(Rules.CHANGE, transaction -> scopes.observe(transaction, REFILL, event)));
    }
    // Under the shared lock too, where only the rows keep them apart.
    for (int i = 0; i < observers; i++) {
      var event = approval();
      tasks.add(() -> run(Rules.APPLY, transaction -> scopes.observe(transaction, CLAIM, event)));
    }
    seed(Profile.DEMO, Promotion.SIGNED);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
    var views = read(transaction -> scopes.list(transaction, 10, Optional.empty())).items();
    assertThat(views).hasSize(2);
    for (var view : views) {
      assertThat(
              view.object("automation")
                  .flatMap(stages -> stages.object("observe"))
                  .flatMap(stage -> stage.number("decided")))
          .contains((double) observers);
    }
  }

  @Test
  void everyScopeOfAnActionTypeHasANumberOfItsOwn() throws Exception {
    var tasks = new ArrayList<Callable<StageMoves>>();
    for (int i = 0; i < 12; i++) {
      var key = new ScopeKey("site " + i, "queue", "advance", ScopeKey.ANY);
      var event = approval();
      tasks.add(() -> run(Rules.APPLY, transaction -> scopes.observe(transaction, key, event)));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
    observe(new ScopeKey("site 0", "queue", "reject", ScopeKey.ANY), approval());
    List<Long> numbers =
        read(transaction ->
            transaction
                .handle()
                .createQuery(
                    "select cast(state::jsonb -> 'standing' ->> 'ordinal' as bigint) from"
                        + " trust.scope where action_type = 'advance' and ordinal ="
                        + " cast(state::jsonb -> 'standing' ->> 'ordinal' as bigint) order by 1")
                .mapTo(Long.class)
                .list());
    assertThat(numbers).containsExactlyElementsOf(LongStream.rangeClosed(1, 12).boxed().toList());
  }

  @Test
  void budgetsAndRiskAreTheTenants() {
    var budgets =
        List.of(
            new HarmBudget(0.2, Severity.MAJOR),
            new HarmBudget(0.05),
            new HarmBudget(0.02),
            new HarmBudget(0.005));
    var setting = new Setting(Profile.STANDARD, Promotion.AUTOMATIC, budgets, 0.002);
    run(
        Rules.CHANGE,
        transaction -> {
          scopes.set(transaction, setting);
          return true;
        });
    Setting stored = read(transaction -> new TrustStore().setting(transaction));
    assertThat(stored).isEqualTo(setting);
    seedDemo();
    Setting seeded = read(transaction -> new TrustStore().setting(transaction));
    assertThat(seeded.budgets()).isEqualTo(Setting.DEFAULT_BUDGETS);
  }

  @Test
  void otherWeightsChangeTheScoreAtOnceAndRaiseNothingBeforeTheNextGoodNews() {
    seedDemo();
    for (int i = 0; i < 6; i++) {
      observe(REFILL, approval());
    }
    var done = approval();
    observe(REFILL, done);
    observe(REFILL, new Executed(done.proposalId(), clock.instant(), false));
    observe(REFILL, outcome(done.proposalId(), true, Severity.NONE));
    for (int i = 0; i < 25; i++) {
      observe(REFILL, rejection());
    }
    assertThat(observe(REFILL, approval())).isEmpty();
    assertThat(stage(REFILL)).isEqualTo(Stage.PROPOSE);
    var before = only();

    var weights = new ScoreWeights(1_000, 9_000, 0, 0, 0);
    var setting =
        new Setting(
            Profile.DEMO,
            Promotion.AUTOMATIC,
            Setting.DEFAULT_BUDGETS,
            Setting.DEFAULT_RISK,
            weights);
    set(setting);
    Setting stored = read(transaction -> new TrustStore().setting(transaction));
    assertThat(stored).isEqualTo(setting);
    var after = only();
    assertThat(lowest(after)).isGreaterThan(lowest(before) + 0.2);
    assertThat(after.object("score").flatMap(score -> score.object("weights")))
        .contains(weights.toJson());
    assertThat(missing(before)).contains(Json.of("score"));
    assertThat(missing(after)).isEmpty();
    assertThat(after.object("promotion_test")).isEqualTo(before.object("promotion_test"));

    clock.advance(Duration.ofHours(1));
    assertThat(stageNow(REFILL)).as("not by itself").isEqualTo(Stage.PROPOSE);
    assertThat(observe(REFILL, rejection())).as("not by bad news").isEmpty();
    assertThat(observe(REFILL, approval()))
        .extracting(StageChange::cause)
        .containsExactly(Cause.EARNED);
  }

  @Test
  void aTenantOfBeforeHasTheUsualWeightsAndNoneThatDoNotAddUpAreStored() {
    seedDemo();
    set(new Setting(Profile.DEMO, Promotion.AUTOMATIC, Setting.DEFAULT_BUDGETS, 0.01, HALVES));
    weigh("default");
    Setting stored = read(transaction -> new TrustStore().setting(transaction));
    assertThat(stored.weights()).isEqualTo(ScoreWeights.USUAL);
    for (var bad :
        List.of(
            "'{3500,2500,2500,1499,2500}'",
            "'{0,5000,2500,2500,2500}'",
            "'{3500,2500,2500,1500,10001}'",
            "'{12500,-2500,0,0,0}'",
            "'{3500,2500,2500,1500}'",
            "null")) {
      assertThatThrownBy(() -> weigh(bad)).as(bad).rootCause().hasMessageContaining("weights");
    }
  }

  private static final ScoreWeights HALVES = new ScoreWeights(5_000, 5_000, 0, 0, 0);

  private void weigh(String value) {
    run(
        Rules.CHANGE,
        transaction ->
            transaction
                .handle()
                .createUpdate("update trust.setting set weights = " + value)
                .execute());
  }

  private static double lowest(JsonObject view) {
    return view.object("score").flatMap(score -> score.number("lowest")).orElseThrow();
  }

  private static List<Json> missing(JsonObject view) {
    return view.object("next_step").orElseThrow().items("missing");
  }

  @Test
  void whatOtherVersionsDidWellSaysNothingAndTheirHarmCounts() {
    seedDemo();
    var theirs = List.of(carriedOut("model 1"), carriedOut("model 1"));
    var ours = carriedOut("model 2");
    var before = only();
    observe(REFILL, outcome(theirs.getFirst(), true, Severity.NONE));
    assertThat(only().object("score")).isEqualTo(before.object("score"));
    assertThat(alignment()).isEmpty();
    observe(REFILL, outcome(ours, true, Severity.NONE));
    assertThat(alignment()).contains(1.0);
    observe(REFILL, outcome(theirs.getLast(), false, Severity.MINOR));
    assertThat(alignment().orElseThrow()).isLessThan(0.6);
  }

  private Optional<Double> alignment() {
    return only()
        .object("score")
        .flatMap(score -> score.object("parts"))
        .flatMap(parts -> parts.number("alignment"));
  }

  private UUID carriedOut(String versions) {
    var id = ids.next();
    var shown = new Proposed(id, tick(), Duration.ofDays(20), Optional.empty());
    run(Rules.CHANGE, t -> scopes.observe(t, REFILL, versions, shown).changes());
    observe(REFILL, new Decided(id, true, tick(), true));
    observe(REFILL, new Executed(id, tick(), false));
    return id;
  }

  private Decided rejection() {
    return new Decided(ids.next(), false, tick(), true);
  }

  private void set(Setting setting) {
    run(
        Rules.CHANGE,
        transaction -> {
          scopes.set(transaction, setting);
          return true;
        });
  }

  @Test
  void theStandardProfileCountsWhatWaitsAndPromotes() {
    var budget = new HarmBudget(0.2);
    var setting =
        new Setting(
            Profile.STANDARD, Promotion.AUTOMATIC, List.of(budget, budget, budget, budget), 0.1);
    run(
        Rules.CHANGE,
        transaction -> {
          scopes.set(transaction, setting);
          return true;
        });
    // All their windows close at once, more than are counted in one go.
    for (int i = 0; i < 45; i++) {
      clock.advance(Duration.ofHours(4));
      var id = ids.next();
      observe(REFILL, new Proposed(id, tick(), Duration.ofDays(20), Optional.empty()));
      observe(
          REFILL,
          new Decided(id, true, tick(), true, Occasion.REVIEW, Optional.of("user:" + i % 2)));
      observe(REFILL, new Executed(id, tick(), false, Duration.ofDays(12)));
      observe(
          REFILL,
          new OutcomeObserved(
              id,
              true,
              Severity.NONE,
              Optional.empty(),
              Optional.empty(),
              tick(),
              Optional.of("system:counter")));
    }
    assertThat(stage(REFILL)).isEqualTo(Stage.OBSERVE);
    clock.advance(Duration.ofDays(13));
    assertThat(observe(REFILL, approval()))
        .extracting(StageChange::cause)
        .containsExactly(Cause.EARNED);
  }

  @Test
  void whoSeesAScopeSecondWaitsForTheFirst() throws Exception {
    var first = approval();
    var second = approval();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting =
          run(
              Rules.APPLY,
              transaction -> {
                scopes.observe(transaction, REFILL, first);
                var other =
                    threads.submit(() -> run(Rules.APPLY, t -> scopes.observe(t, REFILL, second)));
                Await.until("the second one", LOCK_WAIT, TrustScopesTest::somebodyWaits);
                return other;
              });
      assertThat(waiting.get().changes()).isEmpty();
    }
    assertThat(
            only()
                .object("automation")
                .flatMap(stages -> stages.object("observe"))
                .flatMap(stage -> stage.number("decided")))
        .contains(2.0);
  }

  private static boolean somebodyWaits() {
    try (var connection = DATABASE.behindTheCurtain().superuserDataSource().getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select count(*) from pg_stat_activity"
                    + " where datname = current_database() and wait_event_type = 'Lock'")) {
      return row.next() && row.getInt(1) > 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aSignatureNeedsTheEvidenceAndIsRefusedWithEverythingThatIsMissing() {
    seed(Profile.DEMO, Promotion.SIGNED);
    observe(REFILL, approval());
    var id = UUID.fromString(only().text("scope_id").orElseThrow());
    assertThatThrownBy(() -> sign(id, Stage.PROPOSE))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            conflict -> {
              assertThat(conflict.code()).isEqualTo("promotion_not_earned");
              assertThat(conflict.reasons())
                  .extracting(Violation::code)
                  .containsExactly("evidence");
            });
    assertThatThrownBy(() -> sign(id, Stage.FULL_AUTO))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            conflict -> assertThat(conflict.code()).isEqualTo("not_the_next_stage"));
    for (int i = 0; i < 5; i++) {
      observe(REFILL, approval());
    }
    assertThat(sign(id, Stage.PROPOSE))
        .extracting(StageChange::cause)
        .containsExactly(Cause.SIGNED);
    assertThat(stage(REFILL)).isEqualTo(Stage.PROPOSE);
    assertThatThrownBy(() -> sign(UUID.randomUUID(), Stage.PROPOSE))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void anAdministratorLowersAndOnlyASignatureRaises() {
    var id = guarded();
    assertThatThrownBy(() -> lower(id, Stage.FULL_AUTO)).isInstanceOf(Refusal.Conflict.class);
    assertThat(lower(id, Stage.OBSERVE))
        .extracting(StageChange::cause)
        .containsExactly(Cause.LOWERED);
    for (int i = 0; i < 10; i++) {
      observe(REFILL, approval());
    }
    assertThat(stage(REFILL)).isEqualTo(Stage.OBSERVE);
    assertThat(only().object("next_step").orElseThrow().truth("needs_signature")).contains(true);
    sign(id, Stage.PROPOSE);
    assertThat(stage(REFILL)).isEqualTo(Stage.PROPOSE);
  }

  @Test
  void aSevereHarmIsInForceAtOnce() {
    guarded();
    var run = run(REFILL);
    assertThat(observe(REFILL, outcome(run, false, Severity.SEVERE)))
        .extracting(StageChange::entryType, StageChange::to)
        .containsExactly(tuple("stage.demoted", Stage.OBSERVE));
    assertThat(stage(REFILL)).isEqualTo(Stage.OBSERVE);
  }

  @Test
  void theStageInForceCountsTheTimeThatPassed() {
    guarded();
    clock.advance(Duration.ofDays(31));
    assertThat(stage(REFILL)).as("at the last event").isEqualTo(Stage.GUARDED_AUTO);
    assertThat(stageNow(REFILL)).isEqualTo(Stage.PROPOSE);
    assertThat(stage(REFILL)).as("asking stored nothing").isEqualTo(Stage.GUARDED_AUTO);
  }

  @Test
  void overdueRunsAreCountedInPartsAndAllOfThem() {
    var parts = new TrustScopes(new TrustStore(), ids, clock, 2);
    guarded();
    for (int i = 0; i < 7; i++) {
      run(REFILL);
    }
    clock.advance(Duration.ofDays(15));
    assertThat(stageNow(REFILL)).isEqualTo(Stage.PROPOSE);
    Stage weighed = read(transaction -> parts.stage(transaction, REFILL, clock.instant()));
    assertThat(weighed).as("more than can be weighed in one go").isEqualTo(Stage.PROPOSE);
    var event = approval();
    List<StageChange> changes =
        run(Rules.CHANGE, transaction -> parts.observe(transaction, REFILL, event).changes());
    assertThat(changes).extracting(StageChange::cause).containsExactly(Cause.HARM_STREAK);
    var guarded =
        only().object("automation").flatMap(stages -> stages.object("guarded_auto")).orElseThrow();
    assertThat(guarded.number("overdue")).contains(7.0);
    assertThat(guarded.number("wrong")).contains(7.0);
  }

  @Test
  void whatRaisedAScopeIsToldUntilItsStageMoves() {
    seed(Profile.STANDARD, Promotion.AUTOMATIC);
    observe(REFILL, new TrustEvent.VersionsChanged("rx 1", tick()));
    assertThat(only().member("earned")).as("from the beginning").contains(Json.NULL);
    risen(Stage.PROPOSE);
    var first = only().object("earned").orElseThrow();
    assertThat(first.text("to")).contains("propose");
    risen(Stage.GUARDED_AUTO);
    var view = only();
    var earned = view.object("earned").orElseThrow();
    assertThat(earned.text("to")).contains("guarded_auto");
    assertThat(earned.text("at")).isEqualTo(view.text("entered_at"));
    assertThat(earned.number("attempt")).contains(1.0);
    assertThat(earned.number("budget")).contains(0.05);
    assertThat(earned.number("line")).contains(1_600.0);
    assertThat(earned.number("harms")).contains(0.0);
    assertThat(earned.text("versions")).contains("rx 1");
    long counted = earned.number("counted").orElseThrow().longValue();
    assertThat(earned.number("wealth"))
        .contains(new PromotionTest(0.05, counted, 0, List.of()).wealth())
        .hasValueSatisfying(wealth -> assertThat(wealth).isGreaterThanOrEqualTo(1_600));
    run(REFILL);
    assertThat(only().object("earned")).as("more evidence").contains(earned);

    var id = UUID.fromString(view.text("scope_id").orElseThrow());
    clock.advance(Duration.ofDays(31));
    var idle = read(transaction -> scopes.earned(transaction, id, clock.instant())).scope();
    assertThat(idle.state().stage()).isEqualTo(Stage.PROPOSE);
    assertThat(idle.earned()).as("idle, though no event said so yet").isEmpty();
    assertThat(only().object("earned")).as("asking stored nothing").contains(earned);
    observe(REFILL, approval());
    assertThat(only().member("earned")).as("idle").contains(Json.NULL);
    assertThat(earnedColumn()).isEmpty();
  }

  @Test
  void whatAPersonLoweredWasNotEarned() {
    seed(Profile.STANDARD, Promotion.AUTOMATIC);
    risen(Stage.PROPOSE);
    var id = UUID.fromString(only().text("scope_id").orElseThrow());
    assertThat(earnedColumn()).isPresent();
    lower(id, Stage.OBSERVE);
    assertThat(only().member("earned")).contains(Json.NULL);
    assertThat(earnedColumn()).isEmpty();
  }

  /// A server of before writes the stage and knows nothing of the column.
  @Test
  void whatIsStoredOfAnotherStageIsNotTold() {
    seed(Profile.STANDARD, Promotion.AUTOMATIC);
    risen(Stage.PROPOSE);
    update("update trust.scope set stage = 'observe', state = replace(state, :before, :after)");
    assertThat(only().text("stage")).contains("observe");
    assertThat(earnedColumn()).isPresent();
    assertThat(only().member("earned")).contains(Json.NULL);
  }

  private void update(String sql) {
    run(
        Rules.CHANGE,
        transaction ->
            transaction
                .handle()
                .createUpdate(sql)
                .bind("before", "\"stage\":\"propose\"")
                .bind("after", "\"stage\":\"observe\"")
                .execute());
  }

  private Optional<String> earnedColumn() {
    return read(transaction ->
        transaction
            .handle()
            .createQuery("select earned from trust.scope")
            .mapTo(String.class)
            .findOne());
  }

  /// Five proposals a day, decided by two people and observed by a third, until the test is passed.
  private void risen(Stage to) {
    for (int i = 0; i < 300 && stage(REFILL) != to; i++) {
      clock.advance(Duration.ofDays(1).dividedBy(5));
      var proposal = ids.next();
      var by = Optional.of(i % 2 == 0 ? "user:ada" : "user:ben");
      var now = clock.instant();
      var within = Duration.ofHours(12);
      List<TrustEvent> events =
          List.of(
              new Proposed(proposal, now, within, Optional.empty()),
              new Decided(proposal, true, now, true, Occasion.REVIEW, by),
              new Executed(proposal, now, false, within),
              new OutcomeObserved(
                  proposal,
                  true,
                  Severity.NONE,
                  Optional.empty(),
                  Optional.empty(),
                  now,
                  Optional.of("system:observer")));
      run(Rules.CHANGE, transaction -> scopes.observe(transaction, REFILL, events));
    }
    assertThat(stage(REFILL)).isEqualTo(to);
  }

  @Test
  void theViewShowsScoreConditionsAndHistory() {
    guarded();
    var view = only();
    assertThat(view.text("stage")).contains("guarded_auto");
    assertThat(view.text("stage_shown")).contains("Assisting");
    assertThat(view.text("profile")).contains("demo");
    assertThat(view.member("earned")).as("by the table of a demo").contains(Json.NULL);
    var score = view.object("score").orElseThrow();
    assertThat(score.object("parts").orElseThrow().member("safety")).contains(Json.NULL);
    assertThat(score.number("lowest").orElseThrow())
        .isLessThan(score.number("highest").orElseThrow());
    var next = view.object("next_step").orElseThrow();
    assertThat(next.text("to_shown")).contains("Semi-auto");
    assertThat(next.truth("recommended")).contains(false);
    assertThat(next.items("missing")).contains(new JsonString("safety_known"));
    assertThat(view.items("history"))
        .extracting(change -> ((JsonObject) change).text("to").orElseThrow())
        .containsExactly("guarded_auto", "propose");
  }

  @Test
  void theListIsPagedNewestFirst() {
    var keys = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      clock.advance(Duration.ofSeconds(1));
      observe(new ScopeKey("main", "queue " + i, "advance", ScopeKey.ANY), approval());
      keys.addFirst("queue " + i);
    }
    var seen = new ArrayList<String>();
    var cursor = Optional.<String>empty();
    do {
      var from = cursor;
      var page = read(transaction -> scopes.list(transaction, 2, from));
      page.items().forEach(item -> seen.add(item.text("queue").orElseThrow()));
      cursor = page.next();
    } while (cursor.isPresent());
    assertThat(seen).isEqualTo(keys);
    assertThatThrownBy(() -> read(t -> scopes.list(t, 101, Optional.empty())))
        .isInstanceOf(Refusal.Invalid.class);
    assertThatThrownBy(() -> read(t -> scopes.list(t, 2, Optional.of("x"))))
        .isInstanceOf(Refusal.Invalid.class);
  }

  @Test
  void noTenantSeesOrTouchesAnothersTrust() throws SQLException {
    var id = guarded();
    var other = DATABASE.tenant();
    var transactions = DATABASE.transactions();
    Stage seen = transactions.run(other, Rules.READ, t -> scopes.stage(t, REFILL));
    assertThat(seen).isEqualTo(Stage.OBSERVE);
    assertThatThrownBy(() -> transactions.run(other, Rules.READ, t -> scopes.one(t, id)))
        .isInstanceOf(Refusal.NotFound.class);
    assertThatThrownBy(() ->
            transactions.run(
                other,
                Rules.CHANGE,
                t -> scopes.lower(t, id, Stage.OBSERVE, "api_key:x", clock.instant())))
        .isInstanceOf(Refusal.NotFound.class);
    for (var table : List.of("setting", "scope", "memory")) {
      int rows =
          transactions.run(
              other,
              Rules.READ,
              transaction ->
                  transaction
                      .handle()
                      .createQuery("select count(*) from trust." + table)
                      .mapTo(Integer.class)
                      .one());
      assertThat(rows).as(table).isZero();
      int changed =
          transactions.run(
              other,
              Rules.CHANGE,
              transaction ->
                  transaction
                      .handle()
                      .createUpdate("update trust." + table + " set tenant_id = tenant_id")
                      .execute());
      assertThat(changed).as(table).isZero();
      assertThat(rowSecurityIsForced(table)).as(table).isTrue();
    }
    assertThat(stage(REFILL)).isEqualTo(Stage.GUARDED_AUTO);
  }

  private static boolean rowSecurityIsForced(String table) throws SQLException {
    try (var connection = DATABASE.behindTheCurtain().superuserDataSource().getConnection();
        var statement =
            connection.prepareStatement(
                "select relrowsecurity and relforcerowsecurity from pg_class"
                    + " where oid = cast(? as regclass)")) {
      statement.setString(1, "trust." + table);
      try (var row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  // What the tests say in a word.

  /// A demo scope that earned guarded_auto; yields its id.
  private UUID guarded() {
    seedDemo();
    for (int i = 0; i < 12; i++) {
      var approval = approval();
      observe(REFILL, approval);
      observe(REFILL, new Executed(approval.proposalId(), clock.instant(), false));
      observe(REFILL, outcome(approval.proposalId(), true, Severity.NONE));
    }
    assertThat(stage(REFILL)).isEqualTo(Stage.GUARDED_AUTO);
    return UUID.fromString(only().text("scope_id").orElseThrow());
  }

  private UUID run(ScopeKey key) {
    var proposal = ids.next();
    observe(key, new Executed(proposal, clock.instant(), true));
    return proposal;
  }

  private Decided approval() {
    return new Decided(ids.next(), true, tick(), true);
  }

  private OutcomeObserved outcome(UUID proposal, boolean success, Severity severity) {
    return new OutcomeObserved(
        proposal, success, severity, Optional.of(60L), Optional.of(240L), tick());
  }

  private Instant tick() {
    clock.advance(Duration.ofSeconds(10));
    return clock.instant();
  }

  private void seedDemo() {
    seed(Profile.DEMO, Promotion.AUTOMATIC);
  }

  private void seed(Profile profile, Promotion promotion) {
    run(
        Rules.CHANGE,
        transaction -> {
          scopes.set(transaction, new Setting(profile, promotion));
          return true;
        });
  }

  private List<StageChange> observe(ScopeKey key, TrustEvent event) {
    return run(Rules.CHANGE, transaction -> scopes.observe(transaction, key, event).changes());
  }

  private List<StageChange> sign(UUID scope, Stage to) {
    return run(
        Rules.CHANGE, t -> scopes.sign(t, scope, to, "api_key:ck_1", clock.instant()).changes());
  }

  private List<StageChange> lower(UUID scope, Stage to) {
    return run(
        Rules.CHANGE, t -> scopes.lower(t, scope, to, "api_key:ck_1", clock.instant()).changes());
  }

  private Stage stage(ScopeKey key) {
    return read(transaction -> scopes.stage(transaction, key));
  }

  private Stage stageNow(ScopeKey key) {
    return read(transaction -> scopes.stage(transaction, key, clock.instant()));
  }

  private JsonObject only() {
    var page = read(transaction -> scopes.list(transaction, 10, Optional.empty()));
    assertThat(page.items()).hasSize(1);
    var id = UUID.fromString(page.items().getFirst().text("scope_id").orElseThrow());
    var one = read(transaction -> scopes.one(transaction, id));
    assertThat(one).isEqualTo(page.items().getFirst());
    return one;
  }

  private long generation() {
    return read(transaction -> transaction.generation().trust());
  }

  private <T> T read(Work<T> work) {
    return run(Rules.READ, work);
  }

  private <T> T run(Rules rules, Work<T> work) {
    return DATABASE.transactions().run(tenant, rules, work);
  }
}
