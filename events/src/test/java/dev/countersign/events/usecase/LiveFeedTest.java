package dev.countersign.events.usecase;

import static dev.countersign.events.usecase.EventsDatabase.ONE;
import static dev.countersign.events.usecase.EventsDatabase.TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.events.ActionFilter;
import dev.countersign.events.CloudEvent;
import dev.countersign.events.usecase.LiveFeed.Admission;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What those are told who listen.
class LiveFeedTest {
  private static final EventsDatabase DATABASE = EventsDatabase.fresh();
  private static final UUID CASE = new UUID(0x7000L, 0x8000000000000aaaL);

  private EventsNode node;
  private LiveFeed feed;

  @BeforeEach
  void open() {
    node = new EventsNode(DATABASE);
    feed = new LiveFeed(node.lengths, node.transactions, node.ledger::sealing, EventsNode.ORIGIN);
    feed.start();
  }

  @AfterEach
  void close() {
    feed.close();
    node.close();
    DATABASE.execute("update kernel.generation set credentials = 1");
  }

  /// Keeps what it is told; takes as much as a test lets it.
  private static final class Listener implements Follower {
    final TenantId tenant;
    final ActionFilter filter;
    final List<Long> indexes = new CopyOnWriteArrayList<>();
    final List<CloudEvent> events = new CopyOnWriteArrayList<>();
    final AtomicInteger ended = new AtomicInteger();
    volatile int room = Integer.MAX_VALUE;
    volatile Optional<Long> proof = Optional.of(1L);

    Listener(TenantId tenant, String... patterns) {
      this.tenant = tenant;
      this.filter = new ActionFilter(List.of(patterns));
    }

    @Override
    public TenantId tenant() {
      return tenant;
    }

    @Override
    public ActionFilter filter() {
      return filter;
    }

    @Override
    public int room() {
      return room;
    }

    @Override
    public void tell(long logIndex, CloudEvent event) {
      indexes.add(logIndex);
      events.add(event);
    }

    @Override
    public void alive() {}

    @Override
    public Optional<Long> proved() {
      return proof;
    }

    @Override
    public void end() {
      ended.incrementAndGet();
    }
  }

  private static Principal principal(TenantId tenant) {
    return EventsNode.call(tenant).principal();
  }

  private Listener listen(TenantId tenant, Optional<Long> after, String... patterns) {
    var listener = new Listener(tenant, patterns);
    assertThat(feed.follow(principal(tenant), listener, after)).isEqualTo(Admission.ADMITTED);
    return listener;
  }

  private static void until(String what, BooleanSupplier condition) {
    Await.until(what, EventsNode.PATIENCE, condition);
  }

  private List<Long> recorded(int count, String action) {
    return LongStream.range(0, count)
        .mapToObj(n -> node.record(ONE, action, CASE, "n" + n))
        .toList();
  }

  @Test
  void whatIsRecordedIsToldToThoseWhoWantIt() {
    recorded(3, "case.opened");
    var all = listen(ONE, Optional.empty());
    var gates = listen(ONE, Optional.empty(), "gate.*");
    var other = listen(TWO, Optional.empty());
    var cases = recorded(5, "case.moved");
    var revoked = recorded(2, "gate.revoked");
    var expected = new ArrayList<>(cases);
    expected.addAll(revoked);
    until("all", () -> all.indexes.size() == 7);
    until("gates", () -> gates.indexes.size() == 2);
    assertThat(all.indexes).isEqualTo(expected);
    assertThat(gates.indexes).isEqualTo(revoked);
    assertThat(other.indexes).isEmpty();
    assertThat(all.events.getFirst().json().text("logindex"))
        .contains(Long.toString(cases.getFirst()));
  }

  /// Whoever comes back where he left, at whatever moment, is told each entry once.
  @Test
  void whoComesBackIsToldWhatHeMissedWithoutAGapOrADouble() {
    var before = recorded(150, "case.moved");
    var late = listen(ONE, Optional.of(before.get(9)));
    var returning = new ArrayList<Listener>();
    var last = new ArrayList<>(before);
    for (int i = 0; i < 40; i++) {
      last.add(node.record(ONE, "case.moved", CASE, "later " + i));
      if (i % 8 == 0) {
        returning.add(listen(ONE, Optional.of(last.get(20 * (i / 8)))));
      }
    }
    until("the late one", () -> late.indexes.size() >= last.size() - 10);
    assertThat(late.indexes).isEqualTo(last.subList(10, last.size()));
    for (int i = 0; i < returning.size(); i++) {
      var listener = returning.get(i);
      var expected = last.subList(20 * i + 1, last.size());
      until("one who returns", () -> listener.indexes.size() >= expected.size());
      assertThat(listener.indexes).isEqualTo(expected);
    }
  }

  @Test
  void anIndexBeyondTheLogIsRefused() {
    assertThatThrownBy(
            () -> feed.follow(principal(ONE), new Listener(ONE), Optional.of(1_000_000_000L)))
        .isInstanceOf(Refusal.Invalid.class);
  }

  /// Not with the next heartbeat: with the next entry.
  @Test
  void aKeyThatWasRevokedHearsNothingThatIsRecordedAfterwards() {
    var revoked = listen(ONE, Optional.empty());
    var stays = listen(ONE, Optional.empty());
    long heard = node.record(ONE, "case.opened", CASE, "before");
    until("the first", () -> revoked.indexes.size() == 1 && stays.indexes.size() == 1);
    DATABASE.execute(
        "update kernel.generation set credentials = 2 where tenant_id = '" + ONE + "'");
    revoked.proof = Optional.empty();
    stays.proof = Optional.of(2L);
    recordedByOther();
    until("the second", () -> stays.indexes.size() == 2);
    until("the end", () -> revoked.ended.get() == 1);
    assertThat(revoked.indexes).containsExactly(heard);
    assertThat(stays.ended).hasValue(0);
    assertThat(feed.followers()).isEqualTo(1);
  }

  /// With a credential of now: the usual one is stale.
  private void recordedByOther() {
    var principal =
        new Principal(
            ONE, Principal.Kind.API_KEY, "ck_2", "key", new TreeSet<>(List.of("agent")), "main", 2);
    node.ledger.transact(
        new Call(principal, "0".repeat(32), "192.0.2.1", Optional.empty()),
        new Attempt("case.moved", "case", "x"),
        Rules.APPLY,
        transaction -> {
          transaction.record("case.moved", "case", "x", CASE, JsonObject.EMPTY);
          return JsonObject.EMPTY;
        });
  }

  @Test
  void whoDoesNotReadKeepsNobodyWaitingAndMissesNothing() {
    var slow = listen(ONE, Optional.empty());
    slow.room = 0;
    var quick = listen(ONE, Optional.empty());
    var indexes = recorded(5, "case.moved");
    until("the quick one", () -> quick.indexes.size() == 5);
    assertThat(slow.indexes).isEmpty();
    slow.room = LiveFeed.PAGE;
    until("the slow one", () -> slow.indexes.size() == 5);
    assertThat(slow.indexes).isEqualTo(indexes);
  }

  @Test
  void aTenantHasSoManyConnectionsAndNoMore() {
    for (int i = 0; i < LiveFeed.MOST_OF_A_TENANT; i++) {
      listen(ONE, Optional.empty());
    }
    var one = new Listener(ONE);
    assertThat(feed.follow(principal(ONE), one, Optional.empty())).isEqualTo(Admission.TENANT_FULL);
    var two = listen(TWO, Optional.empty());
    feed.leave(two);
    assertThat(feed.followers()).isEqualTo(LiveFeed.MOST_OF_A_TENANT);
  }

  @Test
  void aStopEndsEveryConnection() {
    var listener = listen(ONE, Optional.empty());
    feed.close();
    assertThat(listener.ended).hasValue(1);
    assertThat(feed.follow(principal(ONE), new Listener(ONE), Optional.empty()))
        .isEqualTo(Admission.NODE_FULL);
  }
}
