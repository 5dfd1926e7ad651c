package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.testkit.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is on hold is neither erased nor does it expire, whatever happens at the same time.
class HoldsTest {
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final TenantId TWO = LedgerDatabase.TENANTS.get(1);

  private final LedgerDatabase database = LedgerDatabase.create();
  private final Node node = new Node(database).start();
  private final EraseContent erase = new EraseContent(node.ledger, List.of(new OwnCopies()));
  private final Holds holds = new Holds(node.ledger, node.transactions);
  private final Retention retention =
      new Retention(
          database.as(DatabaseRole.MAINTENANCE), node.content, node.ledger, node.transactions);

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void whatIsOnHoldIsNotErased() {
    node.decide(3, ONE);
    var hold = hold(ONE, "\"entries\":{\"first\":1,\"last\":1}");
    assertThat(erasing(1).code()).isEqualTo("on_hold");
    assertThat(erasing(1).getMessage()).contains(hold.toString());
    erase.erase(node.call(ONE), 0, "beside it");
    holds.lift(node.call(ONE), hold, "over");
    erase.erase(node.call(ONE), 1, "after it");
    assertThat(node.recompute()).isEmpty();
  }

  @Test
  void holdByActionCoversWhatIsRecordedLater() {
    var action = node.ids.next();
    hold(ONE, "\"correlation_id\":\"%s\"".formatted(action));
    node.ledger.transact(
        node.call(ONE),
        new Attempt("case.opened", "case", "c"),
        Rules.APPLY,
        transaction -> {
          transaction.record("case.opened", "case", "c", action, JsonObject.EMPTY);
          return JsonObject.EMPTY;
        });
    long index = database.number("select log_index from ledger.entry where action = 'case.opened'");
    assertThat(erasing(index).code()).isEqualTo("on_hold");
  }

  @Test
  void holdOfATenantIsHisOwn() {
    node.decide(2, ONE, TWO);
    hold(TWO, "\"entries\":{\"first\":0,\"last\":100}");
    erase.erase(node.call(ONE), 0, "not his");
    expire("true");
    retention.maintain();
    assertThat(content(0)).isFalse();
    assertThat(content(1)).isTrue();
  }

  @Test
  void whatIsOnHoldOutlivesItsDayAndGoesAfterItWasLifted() {
    node.decide(30, ONE, TWO);
    var byPlace = hold(ONE, "\"entries\":{\"first\":0,\"last\":9}");
    var byTime =
        hold(TWO, "\"period\":{\"from\":\"2026-11-01T00:00:00Z\",\"to\":\"2026-11-02T00:00:00Z\"}");
    expire("true");
    assertThat(retention.maintain()).hasSize(1);
    assertThat(database.number("select count(*) from ledger.entry where action = 'decision.made'"))
        .as("five of one tenant, all of the other")
        .isEqualTo(5 + 15);
    assertThat(sound().erased()).isEqualTo(10);
    holds.lift(node.call(ONE), byPlace, "over");
    retention.maintain();
    assertThat(content(0)).as("its day is over").isFalse();
    assertThat(erasing(0).code()).isEqualTo("content_expired");
    assertThat(
            node.reader.entry(node.principal(ONE), 0).object("erased").orElseThrow().text("reason"))
        .contains("retention");
    assertThat(sound().erased()).isEqualTo(15);
    assertThat(database.number("select count(*) from ledger.held")).isEqualTo(15);
    holds.lift(node.call(TWO), byTime, "over");
    retention.maintain();
    assertThat(database.number("select count(*) from ledger.held")).isZero();
    assertThat(sound().erased()).isEqualTo(30);
    assertThat(node.recompute()).isEmpty();
  }

  @Test
  void whatASecondHoldCoversStaysAfterTheFirst() {
    node.decide(2, ONE);
    var first = hold(ONE, "\"entries\":{\"first\":0,\"last\":0}");
    expire("true");
    retention.maintain();
    hold(ONE, "\"entries\":{\"first\":0,\"last\":0}");
    holds.lift(node.call(ONE), first, "over");
    retention.maintain();
    assertThat(content(0)).isTrue();
    assertThat(content(1)).isFalse();
  }

  @Test
  void holdThatIsSetWhileADayEndsIsHonoured() throws SQLException {
    node.decide(4, ONE);
    expire("true");
    // Whoever ends a day has looked for holds and waits; a hold comes before it has the lock.
    try (var connection = database.database().superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select pg_advisory_xact_lock(ledger.hold_lock())");
      var ending = CompletableFuture.supplyAsync(retention::maintain);
      Await.until(Duration.ofSeconds(10), () -> waiting() == 1);
      statement.execute(
          """
          insert into ledger.hold (tenant_id, hold_id, first_index, last_index, reason, set_by, set_at)
          values ('%s', gen_random_uuid(), 2, 2, 'r', 'b', now())\
          """
              .formatted(ONE));
      connection.commit();
      assertThat(ending.join()).hasSize(1);
    }
    assertThat(content(2)).isTrue();
    assertThat(content(3)).isFalse();
    assertThat(sound().erased()).isEqualTo(3);
  }

  @Test
  void holdWaitsForAnErasureThatLookedBefore() throws SQLException {
    node.decide(1, ONE);
    try (var connection = database.database().superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select pg_advisory_xact_lock_shared(ledger.hold_lock())");
      var setting =
          CompletableFuture.supplyAsync(() -> hold(ONE, "\"entries\":{\"first\":0,\"last\":0}"));
      Await.until(Duration.ofSeconds(10), () -> waiting() == 1);
      assertThat(setting).isNotDone();
      connection.commit();
      setting.join();
    }
    assertThat(erasing(0).code()).isEqualTo("on_hold");
  }

  @Test
  void interruptionBetweenAnyTwoStepsLosesNothingOnHold() {
    node.decide(6, ONE);
    hold(ONE, "\"entries\":{\"first\":1,\"last\":2}");
    expire("true");
    // One row taken out, and no further.
    takeOut(1);
    assertThat(sound().erased()).isZero();
    // Both taken out and the day ended, but nothing written down yet.
    takeOut(2);
    database.execute("delete from ledger.entry_day where day < current_date");
    assertThat(sound().erased()).isZero();
    assertThat(retention.maintain()).as("its end is not told again").isEmpty();
    assertThat(database.number("select count(*) from ledger.entry where action = 'decision.made'"))
        .isEqualTo(2);
    assertThat(sound().erased()).isEqualTo(4);
  }

  @Test
  void onlyOneOfTwoNodesEndsADay() {
    node.decide(2_000, ONE);
    hold(ONE, "\"entries\":{\"first\":0,\"last\":999}");
    expire("true");
    var both =
        List.of(
            CompletableFuture.supplyAsync(retention::maintain),
            CompletableFuture.supplyAsync(retention::maintain));
    assertThat(both.stream().mapToInt(ended -> ended.join().size()).sum()).isEqualTo(1);
    assertThat(database.number("select count(*) from ledger.entry where action = 'decision.made'"))
        .isEqualTo(1_000);
    assertThat(sound().erased()).isEqualTo(1_000);
  }

  @Test
  void holdsAreListedAndEachStepIsAnEntry() {
    var hold = hold(ONE, "\"entries\":{\"first\":0,\"last\":5}");
    holds.lift(node.call(ONE), hold, "over");
    var listed = holds.list(node.principal(ONE), Optional.empty(), 20).items("holds").toString();
    assertThat(listed).contains("\"active\":false", "\"lift_reason\":\"over\"", "\"last\":5");
    assertThat(holds.list(node.principal(TWO), Optional.empty(), 20).items("holds")).isEmpty();
    assertThat(
            database.number(
                "select count(*) from ledger.entry where action in ('hold.set', 'hold.lifted') and correlation_id = '%s'"
                    .formatted(hold)))
        .isEqualTo(2);
    assertThat(
            catchThrowableOfType(
                    Refusal.Conflict.class, () -> holds.lift(node.call(ONE), hold, "again"))
                .code())
        .isEqualTo("hold_lifted");
    assertThatThrownBy(() -> holds.lift(node.call(TWO), hold, "not his"))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void reasonsOfAHoldGoWithTheirEntries() {
    var hold = hold(ONE, "\"entries\":{\"first\":90,\"last\":95}");
    holds.lift(node.call(ONE), hold, "lifted for Ada Marker");
    long set = database.number("select log_index from ledger.entry where action = 'hold.set'");
    erase.erase(node.call(ONE), set, "names");
    erase.erase(node.call(ONE), set + 1, "names");
    assertThat(database.rowsWith("Ada Marker")).isEmpty();
    assertThat(database.rowsWith("proceedings")).isEmpty();
  }

  @Test
  void scopesThatSayNothingOrTooMuchAreRefused() {
    for (var wrong :
        List.of(
            "\"x\":1",
            "\"entries\":{\"first\":2,\"last\":1}",
            "\"entries\":{\"first\":2}",
            "\"entries\":{\"first\":-1,\"last\":1}",
            "\"period\":{\"from\":\"2026-01-02T00:00:00Z\",\"to\":\"2026-01-02T00:00:00Z\"}",
            "\"period\":{\"from\":\"2026-01-02T00:00:00Z\"}",
            "\"correlation_id\":\"x\"",
            "\"correlation_id\":\"%s\",\"entries\":{\"first\":1,\"last\":2}"
                .formatted(UUID.randomUUID()))) {
      assertThatThrownBy(() -> parse(wrong)).as(wrong).isInstanceOf(Refusal.Invalid.class);
    }
    assertThatThrownBy(() -> Holds.parse(JsonReader.readObject("{}")))
        .isInstanceOf(Refusal.Invalid.class);
  }

  private void takeOut(long index) {
    database.execute(
        "insert into ledger.held (tenant_id, log_index, day) select tenant_id, log_index, expires_on from ledger.entry where log_index = "
            + index);
    database.move(node.content, "log_index = " + index, ContentDay.KEPT);
  }

  private static Holds.Request parse(String scope) {
    return Holds.parse(JsonReader.readObject("{%s,\"reason\":\"proceedings\"}".formatted(scope)));
  }

  private UUID hold(TenantId tenant, String scope) {
    var answer = holds.set(node.call(tenant), parse(scope)).answer();
    return UUID.fromString(answer.text("hold_id").orElseThrow());
  }

  private Refusal.Conflict erasing(long index) {
    return catchThrowableOfType(
        Refusal.Conflict.class, () -> erase.erase(node.call(ONE), index, "asked for"));
  }

  private long waiting() {
    return database.number(
        "select count(*) from pg_locks where locktype = 'advisory' and not granted");
  }

  private boolean content(long index) {
    return database.number(
            "select count(*) from ledger.entry where sealed is not null and log_index = " + index)
        == 1;
  }

  private Fsck.Finding.Sound sound() {
    return (Fsck.Finding.Sound)
        new Fsck(database.as(DatabaseRole.FSCK), Optional.of(node.content))
            .run(List.of(), Node.keys(), (_, _) -> {});
  }

  /// As if it had been written long ago.
  private void expire(String which) {
    database.expire(
        node.content, "action = 'decision.made' and expires_on <> 'infinity' and " + which);
  }
}
