package dev.countersign.trust.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustEvent.Occasion;
import dev.countersign.trust.predict.forest.RandomCut;
import dev.countersign.trust.store.ActiveTenants;
import dev.countersign.trust.store.WatchStore.Watched;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JudgeHoursTest {
  private static final TrustWorld WORLD = new TrustWorld();
  private static final ScopeKey REFILL =
      new ScopeKey("main", "verification", "advance", ScopeKey.ANY);
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  /// Of hours, until alarms could be raised.
  private static final int MONTH = 370;

  private final TenantId tenant = WORLD.database.tenant();

  @BeforeEach
  void atNine() {
    at(NINE);
  }

  @AfterAll
  static void close() {
    WORLD.close();
  }

  /// The clock goes anywhere: each test has tenants of its own.
  private static void at(Instant moment) {
    WORLD.clock.set(moment);
  }

  /// Twenty proposals of which people reject all.
  private static void burst(TenantId tenant) {
    for (int i = 0; i < 20; i++) {
      WORLD.clock.advance(Duration.ofSeconds(30));
      var decided =
          new TrustEvent.Decided(
              WORLD.ids.next(),
              false,
              WORLD.clock.instant(),
              true,
              Occasion.REVIEW,
              Optional.of("user:" + i % 3));
      WORLD.observe(tenant, REFILL, decided);
    }
  }

  private static void over() {
    at(NINE.plus(HOUR).plus(JudgeHours.GRACE).plusSeconds(60));
  }

  /// Months of hours, a burst of rejections, and what people are told of it.
  @Test
  void spikeIsFoundFromTheEventsToTheEntry() {
    var scope = WORLD.settled(tenant, REFILL);
    long before = WORLD.generation(tenant);
    burst(tenant);
    over();
    WORLD.node(new RandomCut()).judge(tenant);

    var alarm = only(tenant);
    assertThat(alarm.text("kind")).contains("rejection_spike");
    assertThat(alarm.text("scope_id")).contains(scope.toString());
    assertThat(alarm.text("hour")).contains(NINE.toString());
    assertThat(alarm.text("state")).contains("raised");
    assertThat(alarm.truth("lowers")).contains(true);
    var feature = (JsonObject) alarm.items("features").getFirst();
    assertThat(feature.text("feature")).contains("rejection_rate");
    assertThat(feature.number("observed")).contains(1.0);
    assertThat(feature.number("usual")).contains(0.1);
    assertThat(WORLD.generation(tenant)).isEqualTo(before + 1);
    var entry = WORLD.log(tenant).getLast();
    assertThat(entry.action()).isEqualTo("anomaly.raised");
    assertThat(entry.correlationId()).isEqualTo(alarm.text("anomaly_id").orElseThrow());
    assertThat(entry.content().text("actor")).contains("system:anomaly");
    var details = entry.content().object("details").orElseThrow();
    assertThat(details.text("kind")).contains("rejection_spike");
    assertThat(details.text("hour")).contains(NINE.toString());
    assertThat(details.items("features")).isEqualTo(alarm.items("features"));

    WORLD.node().judge(tenant);
    assertThat(WORLD.actions(tenant)).containsExactly("anomaly.raised");
    assertThat(WORLD.watched(tenant).hours().forest()).hasSize(401);
  }

  @Test
  void quietTenantRaisesNothing() {
    var scope =
        WORLD.observe(tenant, REFILL, new TrustEvent.VersionsChanged("model 1", NINE.minus(HOUR)));
    var first = NINE.minus(HOUR.multipliedBy(MONTH));
    WORLD.hours(
        tenant,
        scope,
        IntStream.range(0, MONTH)
            .mapToObj(i -> TrustWorld.decisions(first.plus(HOUR.multipliedBy(i)), i % 3))
            .toList());
    over();
    int rounds = 0;
    while (WORLD.node().judge(tenant)) {
      rounds++;
    }
    assertThat(rounds).isEqualTo(MONTH / JudgeHours.MOST_HOURS);
    assertThat(WORLD.watched(tenant).hours().forest()).hasSize(MONTH - 24);
    assertThat(WORLD.watched(tenant).until()).isEqualTo(NINE);
    assertThat(WORLD.alarms(tenant)).isEmpty();
    assertThat(WORLD.actions(tenant)).isEmpty();
    assertThat(watch(tenant).number("missing_hours")).contains(0.0);
  }

  @Test
  void untilThereAreEnoughHoursNothingIsRaised() {
    WORLD.settled(tenant, REFILL);
    WORLD.scored(tenant, 334, NINE);
    assertThat(watch(tenant).number("missing_hours")).contains(1.0);
    burst(tenant);
    over();
    WORLD.node().judge(tenant);
    assertThat(WORLD.alarms(tenant)).isEmpty();
    assertThat(watch(tenant).number("scored_hours")).contains(335.0);
  }

  @Test
  void nodesThatJudgeAtOnceRaiseOneAlarm() throws Exception {
    var scope = WORLD.settled(tenant, REFILL);
    WORLD.scored(tenant, 390, NINE.minus(HOUR.multipliedBy(5)));
    burst(tenant);
    over();
    var nodes = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < 6; i++) {
      var node = WORLD.node();
      nodes.add(() -> node.judge(tenant));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(nodes)) {
        done.get();
      }
    }
    assertThat(WORLD.actions(tenant)).containsExactly("anomaly.raised");
    assertThat(only(tenant).text("scope_id")).contains(scope.toString());
    // Five hours and the burst, each once.
    assertThat(WORLD.watched(tenant).hours().forest()).hasSize(390 + 6);
  }

  @Test
  void nodeThatIsKilledBetweenLeavesTheHourToAnother() {
    WORLD.settled(tenant, REFILL);
    burst(tenant);
    over();
    var before = WORLD.watched(tenant);
    assertThatThrownBy(() -> WORLD.dyingNode().judge(tenant)).isInstanceOf(DatabaseFailure.class);
    assertThat(WORLD.watched(tenant)).isEqualTo(before);
    assertThat(WORLD.alarms(tenant)).isEmpty();
    WORLD.node().judge(tenant);
    assertThat(WORLD.actions(tenant)).containsExactly("anomaly.raised");
    assertThat(WORLD.alarms(tenant)).hasSize(1);
  }

  /// Each write of the transaction fails once: nothing of it stays.
  @Test
  void whatFailsAtAnyWriteIsUndoneAndDoneAgain() {
    WORLD.settled(tenant, REFILL);
    burst(tenant);
    over();
    var before = WORLD.watched(tenant);
    for (var write :
        List.of(
            "insert on trust.alarm", "update on kernel.generation", "insert on ledger.pending")) {
      fail(write, tenant);
      assertThatThrownBy(() -> WORLD.node().judge(tenant)).isInstanceOf(DatabaseFailure.class);
      mend(write.substring(write.indexOf(" on ") + 4));
      assertThat(WORLD.watched(tenant)).as(write).isEqualTo(before);
      assertThat(WORLD.alarms(tenant)).as(write).isEmpty();
      assertThat(WORLD.actions(tenant)).as(write).isEmpty();
    }
    WORLD.node().judge(tenant);
    assertThat(WORLD.actions(tenant)).containsExactly("anomaly.raised");
  }

  private static void fail(String write, TenantId whose) {
    WORLD.tamper(
        "create or replace function public.fail() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$;"
            + " create trigger fail before %s for each row when (new.tenant_id = '%s') execute function public.fail()"
                .formatted(write, whose.value()));
  }

  private static void mend(String table) {
    WORLD.tamper("drop trigger fail on " + table);
  }

  @Test
  void anHourIsJudgedOnceItsGraceIsOverAlsoOfQuietScopes() {
    WORLD.settled(tenant, REFILL);
    burst(tenant);
    at(NINE.plus(HOUR).plus(JudgeHours.GRACE).minusMillis(1));
    WORLD.node().judge(tenant);
    assertThat(WORLD.watched(tenant).until()).isEqualTo(NINE);
    at(NINE.plus(HOUR).plus(JudgeHours.GRACE));
    WORLD.node().judge(tenant);
    assertThat(WORLD.watched(tenant).until()).isEqualTo(NINE.plus(HOUR));
    // What comes in an hour that was closed counts in the next.
    WORLD.observe(tenant, REFILL, executed(NINE.plusSeconds(3599)));
    over();
    at(NINE.plus(HOUR.multipliedBy(2)).plus(JudgeHours.GRACE));
    WORLD.node().judge(tenant);
    assertThat(WORLD.watched(tenant).until()).isEqualTo(NINE.plus(HOUR.multipliedBy(2)));
    assertThat(WORLD.watched(tenant).hours().forest()).hasSize(402);
  }

  @Test
  void anHourThatWasReplayedIsGivenTheGraceFromItsBeginning() {
    WORLD.settled(tenant, REFILL);
    var old = NINE.plus(HOUR);
    at(NINE.plus(Duration.ofDays(3)));
    WORLD.observe(tenant, REFILL, executed(old));
    WORLD.node().judge(tenant);
    assertThat(WORLD.watched(tenant).until()).as("still counted").isEqualTo(NINE);
    WORLD.observe(tenant, REFILL, executed(old.plus(HOUR)));
    WORLD.node().judge(tenant);
    assertThat(WORLD.watched(tenant).until()).as("closed just now").isEqualTo(NINE);
    WORLD.clock.advance(JudgeHours.GRACE);
    WORLD.node().judge(tenant);
    assertThat(WORLD.watched(tenant).until()).isEqualTo(old.plus(HOUR.multipliedBy(2)));
  }

  @Test
  void anHourThatComesAfterLaterOnesWereJudgedIsNotJudged() {
    var scope = WORLD.settled(tenant, REFILL);
    WORLD.scored(tenant, 400, NINE.plus(HOUR.multipliedBy(5)));
    WORLD.hours(tenant, scope, List.of(TrustWorld.decisions(NINE.plus(HOUR), 10)));
    at(NINE.plus(HOUR.multipliedBy(9)));
    var before = WORLD.watched(tenant);
    assertThat(WORLD.node().judge(tenant)).isFalse();
    assertThat(WORLD.watched(tenant)).isEqualTo(before);
    assertThat(WORLD.alarms(tenant)).isEmpty();
  }

  @Test
  void tenantsDoNotTouchEachOther() {
    var other = WORLD.database.tenant();
    WORLD.settled(tenant, REFILL);
    WORLD.settled(other, REFILL);
    burst(tenant);
    over();
    WORLD.node().judge(other);
    assertThat(WORLD.watched(tenant).until()).isEqualTo(NINE);
    WORLD.node().judge(tenant);
    assertThat(WORLD.alarms(other)).isEmpty();
    assertThat(WORLD.actions(other)).isEmpty();
    assertThat(WORLD.alarms(tenant)).hasSize(1);
  }

  @Test
  void roundJudgesActiveTenantsAndOneThatFailsStopsNoOther() {
    WORLD.settled(tenant, REFILL);
    var damaged = WORLD.database.tenant();
    WORLD.settled(damaged, REFILL);
    burst(tenant);
    at(NINE.plusSeconds(60));
    burst(damaged);
    over();
    fail("update on trust.watch", damaged);
    var rounds =
        new JudgeActiveTenants(
            new ActiveTenants(WORLD.database.as(DatabaseRole.TIMER)), WORLD.node(), WORLD.clock);
    assertThat(rounds.round().failed()).isEqualTo(1);
    assertThat(WORLD.actions(tenant)).containsExactly("anomaly.raised");
    assertThat(WORLD.actions(damaged)).isEmpty();
    mend("trust.watch");
    assertThat(rounds.round()).isEqualTo(new JudgeActiveTenants.Round(0, false));
    assertThat(WORLD.actions(damaged)).containsExactly("anomaly.raised");
  }

  @Test
  void tenantOfWhichNothingWasJudgedBeginsWithItsFirstHour() {
    assertThat(WORLD.node().judge(tenant)).isFalse();
    assertThat(WORLD.watched(tenant)).isEqualTo(Watched.NOTHING);
    WORLD.observe(tenant, REFILL, executed(NINE));
    over();
    WORLD.node().judge(tenant);
    assertThat(WORLD.watched(tenant).until()).isEqualTo(NINE.plus(HOUR));
    assertThat(WORLD.watched(tenant).hours().forest()).isEmpty();
  }

  private static TrustEvent executed(Instant at) {
    return new TrustEvent.Executed(UUID.randomUUID(), at, false);
  }

  private static JsonObject only(TenantId tenant) {
    var alarms = WORLD.alarms(tenant);
    assertThat(alarms).hasSize(1);
    return alarms.getFirst();
  }

  private static JsonObject watch(TenantId tenant) {
    return WORLD.page(tenant).object("watch").orElseThrow();
  }
}
