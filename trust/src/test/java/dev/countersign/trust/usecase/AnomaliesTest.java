package dev.countersign.trust.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.predict.anomaly.AlarmLife;
import dev.countersign.trust.predict.anomaly.AlarmLife.State;
import dev.countersign.trust.predict.drift.DriftKind;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.store.AlarmStore;
import dev.countersign.trust.store.StoredAlarm;
import dev.countersign.trust.usecase.AlarmsInForce.InForce;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AnomaliesTest {
  private static final TrustWorld WORLD = new TrustWorld();
  private static final ScopeKey REFILL =
      new ScopeKey("main", "verification", "advance", ScopeKey.ANY);
  private static final ScopeKey CLAIM = new ScopeKey("main", "payout", "advance", "adjuster");
  private static final String HOUR = "2026-03-02T07:00:00Z";

  private final TenantId tenant = WORLD.database.tenant();

  @AfterAll
  static void close() {
    WORLD.close();
  }

  @Test
  void alarmLowersItsScopeForAnHour() {
    raise(tenant, REFILL);
    assertThat(lowering(tenant, REFILL)).contains(new InForce("rejection_spike", HOUR));
    assertThat(lowering(tenant, CLAIM)).as("another scope").isEmpty();
    assertThat(lowering(WORLD.database.tenant(), REFILL)).as("another tenant").isEmpty();
    WORLD.clock.advance(AlarmLife.LOWERS.minusMillis(1));
    assertThat(lowering(tenant, REFILL)).isPresent();
    WORLD.clock.advance(Duration.ofMillis(1));
    assertThat(lowering(tenant, REFILL)).isEmpty();
  }

  @Test
  void confirmedItLowersUntilItIsResolved() {
    var id = raise(tenant, REFILL);
    move(id, State.ACKNOWLEDGED);
    long noted = WORLD.generation(tenant);
    var confirmed = move(id, State.CONFIRMED);
    assertThat(WORLD.generation(tenant)).isEqualTo(noted + 1);
    assertThat(confirmed.text("state")).contains("confirmed");
    assertThat(confirmed.text("moved_by")).contains("api_key:ck_admin");
    assertThat(confirmed.text("moved_at")).contains(WORLD.clock.instant().toString());
    assertThat(confirmed.truth("lowers")).contains(true);
    assertThat(confirmed.member("lowers_until")).isEmpty();
    assertThat(confirmed.items("next")).containsExactly(Json.of("resolved"));
    WORLD.clock.advance(Duration.ofDays(3));
    assertThat(lowering(tenant, REFILL)).isPresent();
    move(id, State.RESOLVED);
    assertThat(WORLD.generation(tenant)).isEqualTo(noted + 2);
    assertThat(lowering(tenant, REFILL)).isEmpty();
    assertThat(WORLD.actions(tenant))
        .containsExactly("anomaly.acknowledged", "anomaly.confirmed", "anomaly.resolved");
    assertThat(WORLD.log(tenant)).extracting("correlationId").containsOnly(id.toString());
  }

  @Test
  void resolvedBeforeItsHourIsOverItLowersNoMore() {
    var id = raise(tenant, REFILL);
    var other = raise(tenant, REFILL);
    for (var one : List.of(id, other)) {
      assertThat(lowering(tenant, REFILL)).isPresent();
      move(one, State.ACKNOWLEDGED);
      move(one, State.RESOLVED);
    }
    assertThat(lowering(tenant, REFILL)).isEmpty();
  }

  @Test
  void moveThatTheTableHasNotIsRefusedWithWhatIsPossible() {
    var id = raise(tenant, REFILL);
    assertThatThrownBy(() -> move(id, State.CONFIRMED))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessage(
            "the anomaly is `raised` and can't become `confirmed`; it can become `acknowledged`");
    move(id, State.ACKNOWLEDGED);
    assertThatThrownBy(() -> move(id, State.ACKNOWLEDGED))
        .hasMessageContaining("it can become `confirmed` or `resolved`");
    move(id, State.RESOLVED);
    assertThatThrownBy(() -> move(id, State.CONFIRMED)).hasMessageContaining("that is its end");
    assertThat(WORLD.actions(tenant))
        .containsExactly(
            "anomaly.refused",
            "anomaly.acknowledged",
            "anomaly.refused",
            "anomaly.resolved",
            "anomaly.refused");
  }

  @Test
  void theSameMoveWithTheSameKeyIsAnsweredTheSame() {
    var id = raise(tenant, REFILL);
    var body = Digest.sha256("body".getBytes(StandardCharsets.UTF_8));
    var call = WORLD.call(tenant, Optional.of(new Call.Idempotency("once", "POST /state", body)));
    var first = WORLD.anomalies.move(call, id, State.ACKNOWLEDGED);
    WORLD.clock.advance(Duration.ofMinutes(5));
    var second = WORLD.anomalies.move(call, id, State.ACKNOWLEDGED);
    assertThat(second.answer()).isEqualTo(first.answer());
    assertThat(second.repeated()).isTrue();
    assertThat(WORLD.actions(tenant)).containsExactly("anomaly.acknowledged");
  }

  @Test
  void anotherTenantsAlarmIsUnknown() {
    var id = raise(tenant, REFILL);
    var other = WORLD.database.tenant();
    assertThatThrownBy(() -> WORLD.anomalies.one(TrustWorld.principal(other, "ck_x"), id))
        .isInstanceOf(Refusal.NotFound.class);
    assertThatThrownBy(() -> WORLD.anomalies.move(WORLD.call(other), id, State.ACKNOWLEDGED))
        .isInstanceOf(Refusal.NotFound.class);
    assertThat(WORLD.alarms(other)).isEmpty();
    assertThat(WORLD.alarms(tenant)).hasSize(1);
  }

  @Test
  void listIsInPagesNewestFirstAndOfAState() {
    var ids = new UUID[5];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = raise(tenant, REFILL);
      WORLD.clock.advance(Duration.ofSeconds(1));
    }
    move(ids[1], State.ACKNOWLEDGED);
    var principal = TrustWorld.principal(tenant, "ck_admin");
    var first = WORLD.anomalies.list(principal, 3, Optional.empty(), Optional.empty());
    assertThat(found(first)).containsExactly(ids[4], ids[3], ids[2]);
    var second = WORLD.anomalies.list(principal, 3, first.text("next_cursor"), Optional.empty());
    assertThat(found(second)).containsExactly(ids[1], ids[0]);
    assertThat(second.member("next_cursor")).isEmpty();
    var noted =
        WORLD.anomalies.list(principal, 3, Optional.empty(), Optional.of(State.ACKNOWLEDGED));
    assertThat(found(noted)).containsExactly(ids[1]);
    assertThatThrownBy(
            () -> WORLD.anomalies.list(principal, 3, Optional.of("no id"), Optional.empty()))
        .isInstanceOf(Refusal.Invalid.class);
    assertThatThrownBy(
            () -> WORLD.anomalies.list(principal, 101, Optional.empty(), Optional.empty()))
        .isInstanceOf(Refusal.Invalid.class);
  }

  @Test
  void driftIsToldAndLowersNothing() {
    long before = WORLD.generation(tenant);
    var content =
        Json.object()
            .put(
                "features",
                Json.array(List.of(Json.object().put("feature", "queue").put("psi", 0.4).build())))
            .build();
    WORLD.ledger.transact(
        Call.system(tenant, "training", "0123456789abcdef0123456789abcdef"),
        new Attempt("drift.raised", "anomaly", "-"),
        Rules.APPLY,
        transaction ->
            Json.object()
                .put(
                    "id",
                    WORLD
                        .anomalies
                        .raiseDrift(
                            transaction, Predictor.OUTCOME, DriftKind.FEATURE_DRIFT, content)
                        .toString())
                .build());
    var alarm = WORLD.alarms(tenant).getFirst();
    assertThat(alarm.text("kind")).contains("feature_drift");
    assertThat(alarm.text("predictor")).contains("outcome");
    assertThat(alarm.member("scope_id")).isEmpty();
    assertThat(alarm.truth("lowers")).contains(false);
    assertThat(alarm.member("lowers_until")).isEmpty();
    assertThat(alarm.items("features")).isEqualTo(content.items("features"));
    var id = UUID.fromString(alarm.text("anomaly_id").orElseThrow());
    move(id, State.ACKNOWLEDGED);
    assertThat(move(id, State.CONFIRMED).truth("lowers")).contains(false);
    assertThat(WORLD.generation(tenant)).isEqualTo(before);
    assertThat(WORLD.actions(tenant))
        .containsExactly("drift.raised", "anomaly.acknowledged", "anomaly.confirmed");
  }

  @Test
  void aScopeIsShownWithTheAlarmsThatLowerItNow() {
    var first = raise(tenant, REFILL);
    move(first, State.ACKNOWLEDGED);
    move(first, State.CONFIRMED);
    WORLD.clock.advance(Duration.ofMinutes(20));
    var raisedAt = WORLD.clock.instant();
    var second = raise(tenant, REFILL);
    raise(tenant, CLAIM);
    var shown = scope(REFILL).items("alarms");
    assertThat(shown)
        .containsExactly(
            Json.object()
                .put("anomaly_id", first.toString())
                .put("kind", "rejection_spike")
                .put("hour", HOUR)
                .put("state", "confirmed")
                .put("lowers_until", Json.NULL)
                .build(),
            Json.object()
                .put("anomaly_id", second.toString())
                .put("kind", "rejection_spike")
                .put("hour", HOUR)
                .put("state", "raised")
                .put("lowers_until", raisedAt.plus(AlarmLife.LOWERS).toString())
                .build());
    WORLD.clock.advance(AlarmLife.LOWERS);
    assertThat(scope(REFILL).items("alarms")).as("the hour of the second is over").hasSize(1);
    move(first, State.RESOLVED);
    assertThat(scope(REFILL).items("alarms")).isEmpty();
    assertThat(scope(REFILL).member("alarms")).isPresent();
  }

  @Test
  void ofTheAlarmsOfAScopeTenAreShownAndNoOtherScopesAreLost() {
    for (int i = 0; i < TrustScopes.MOST_ALARMS + 3; i++) {
      raise(tenant, REFILL);
    }
    raise(tenant, CLAIM);
    assertThat(scope(REFILL).items("alarms")).hasSize(TrustScopes.MOST_ALARMS);
    assertThat(scope(CLAIM).items("alarms")).hasSize(1);
  }

  private JsonObject scope(ScopeKey key) {
    var page =
        WORLD.run(
            tenant,
            Rules.READ,
            transaction -> WORLD.scopes.list(transaction, 10, Optional.empty()));
    return page.items().stream()
        .filter(scope -> scope.text("queue").equals(Optional.of(key.queue())))
        .findFirst()
        .orElseThrow();
  }

  private static UUID raise(TenantId tenant, ScopeKey key) {
    var scope =
        WORLD.observe(
            tenant, key, new TrustEvent.VersionsChanged("model 1", WORLD.clock.instant()));
    var alarm =
        new StoredAlarm(
            WORLD.ids.next(),
            "rejection_spike",
            Optional.of(new StoredAlarm.OfScope(scope, key)),
            Optional.empty(),
            Json.object().put("hour", HOUR).put("features", Json.array(List.of())).build(),
            AlarmLife.raised(WORLD.clock.instant()));
    WORLD.run(
        tenant,
        Rules.CHANGE,
        transaction -> {
          new AlarmStore().add(transaction, alarm);
          return alarm;
        });
    return alarm.id();
  }

  private JsonObject move(UUID id, State to) {
    return WORLD.anomalies.move(WORLD.call(tenant), id, to).answer();
  }

  private static Optional<InForce> lowering(TenantId tenant, ScopeKey key) {
    return WORLD.run(
        tenant,
        Rules.APPLY,
        transaction -> new AlarmsInForce().lowering(transaction, key, WORLD.clock.instant()));
  }

  private static List<UUID> found(JsonObject page) {
    return page.items("anomalies").stream()
        .map(item -> UUID.fromString(((JsonObject) item).text("anomaly_id").orElseThrow()))
        .toList();
  }
}
