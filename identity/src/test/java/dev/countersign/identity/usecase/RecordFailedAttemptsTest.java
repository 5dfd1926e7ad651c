package dev.countersign.identity.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.identity.FailedAttempts;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.store.FailedAttemptStore;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.store.EntryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What failed on two nodes, in one log.
class RecordFailedAttemptsTest {
  private static final String HERE = "192.0.2.7";
  private static final String THERE = "198.51.100.4";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /// The minute is over, and every node has had its time to report it.
  private static final Duration DUE = MINUTE.plusSeconds(11);

  private final IdentityNode node = new IdentityNode();
  private final FailedAttempts here = node.failures;
  private final FailedAttempts there = new FailedAttempts();
  private final RecordFailedAttempts first = node.recordFailures;
  private final RecordFailedAttempts second = node.recordFailures(there);
  private final Instant start = node.clock.instant();
  private final Tenant acme = node.tenant("acme");
  private final Tenant platform = node.tenant("platform");

  @BeforeEach
  void tenants() {
    node.create(acme);
    node.create(platform);
  }

  @AfterEach
  void close() {
    node.close();
  }

  private void bothWrite(Duration after) {
    first.write(start.plus(after), platform.id());
    second.write(start.plus(after), platform.id());
  }

  /// The details of the tenant's entries about failures.
  private List<JsonObject> entries(TenantId tenant) {
    return node.transactions.run(
        tenant,
        Rules.READ,
        transaction ->
            EntryStore.page(transaction, node.content.sealing(), 0, Long.MAX_VALUE, 10_000)
                .positions()
                .stream()
                .map(position -> position.stored().orElseThrow().entry())
                .filter(entry -> entry.action().equals("auth.login_failed"))
                .map(Entry::details)
                .toList());
  }

  private static long count(List<JsonObject> entries) {
    return entries.stream()
        .mapToLong(entry -> entry.number("count").orElseThrow().longValue())
        .sum();
  }

  @Test
  void onePlaceAndMinuteIsOneEntryWhicheverNodeItFailedOn() {
    for (int i = 0; i < 7; i++) {
      here.failed(Optional.of(acme.id()), HERE, start);
      there.failed(Optional.of(acme.id()), HERE, start);
      there.failed(Optional.empty(), THERE, start);
    }
    bothWrite(Duration.ofSeconds(59));
    bothWrite(MINUTE);
    assertThat(entries(acme.id())).isEmpty();
    bothWrite(DUE);
    bothWrite(DUE.plusSeconds(2));
    assertThat(entries(acme.id())).hasSize(1);
    assertThat(count(entries(acme.id()))).isEqualTo(14);
    var unknown = entries(platform.id());
    assertThat(unknown).hasSize(1);
    assertThat(count(unknown)).isEqualTo(7);
    assertThat(unknown.getFirst().truth("known_key")).hasValue(false);
    assertThat(unknown.getFirst().text("minute")).hasValue("2026-11-01T12:00:00Z");
    assertThat(node.number("select count(*) from identity.failed_attempt")).isZero();
  }

  @Test
  void manyAddressesOnTwoNodesAreAHundredEntriesTogether() throws Exception {
    for (int i = 0; i < 150; i++) {
      here.failed(Optional.empty(), "10.1.0." + i, start);
      there.failed(Optional.empty(), "10.2.0." + i, start);
      there.failed(Optional.of(acme.id()), "10.3.0." + i, start);
    }
    var together = new CyclicBarrier(2);
    for (var after : List.of(MINUTE, DUE)) {
      try (var threads = Executors.newFixedThreadPool(2)) {
        var writing = new ArrayList<java.util.concurrent.Future<?>>();
        for (var one : List.of(first, second)) {
          writing.add(
              threads.submit(() -> {
                together.await();
                one.write(start.plus(after), platform.id());
                return one;
              }));
        }
        for (var one : writing) {
          one.get();
        }
      }
    }
    var all = new ArrayList<>(entries(platform.id()));
    all.addAll(entries(acme.id()));
    assertThat(all).hasSize(FailedAttempts.MOST);
    assertThat(count(all)).isEqualTo(450);
  }

  @Test
  void whatComesTooLateIsCountedAndMakesNoSecondEntry() {
    here.failed(Optional.empty(), HERE, start);
    first.write(start.plus(MINUTE), platform.id());
    first.write(start.plus(DUE), platform.id());
    there.failed(Optional.empty(), HERE, start);
    there.failed(Optional.empty(), THERE, start);
    bothWrite(DUE.plusSeconds(1));
    bothWrite(DUE.plus(DUE));
    assertThat(entries(platform.id())).hasSize(1);
    assertThat(there.givenUp()).isEqualTo(2);
    assertThat(here.givenUp()).isZero();
  }

  @Test
  void nodeThatStopsLeavesItsRunningMinuteToTheOthers() {
    here.failed(Optional.empty(), HERE, start);
    first.leave(start.plusSeconds(5), platform.id());
    there.failed(Optional.empty(), HERE, start.plusSeconds(30));
    second.write(start.plusSeconds(40), platform.id());
    assertThat(entries(platform.id())).isEmpty();
    second.write(start.plus(DUE), platform.id());
    assertThat(count(entries(platform.id()))).isEqualTo(2);
    assertThat(entries(platform.id())).hasSize(1);
  }

  @Test
  void noAddressIsKeptForLongerThanAnHour() {
    here.failed(Optional.empty(), HERE, start);
    first.write(start.plus(MINUTE), platform.id());
    there.failed(Optional.empty(), THERE, start.plus(Duration.ofMinutes(61)));
    second.leave(start.plus(Duration.ofMinutes(61)), platform.id());
    assertThat(node.number("select count(*) from identity.failed_attempt")).isEqualTo(1);
    assertThat(node.number("select count(*) from identity.failed_minute")).isEqualTo(1);
    assertThat(there.givenUp()).isEqualTo(1);
  }

  @Test
  void whatCannotBeReportedIsKept() {
    here.failed(Optional.empty(), HERE, start);
    var forbidden = new FailedAttemptStore(node.as(DatabaseRole.TIMER));
    var gathered = here.over(start.plus(MINUTE));
    assertThatThrownBy(() -> forbidden.report(gathered, platform.id(), start))
        .isInstanceOf(DatabaseFailure.class);
    here.putBack(gathered);
    bothWrite(MINUTE);
    bothWrite(DUE);
    assertThat(count(entries(platform.id()))).isEqualTo(1);
  }
}
