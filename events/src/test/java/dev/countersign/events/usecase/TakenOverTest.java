package dev.countersign.events.usecase;

import static dev.countersign.events.usecase.EventsDatabase.ONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.events.sending.Receiver;
import dev.countersign.events.sending.Receiver.Received;
import dev.countersign.events.store.ProgressStore;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.testkit.Await;
import dev.countersign.testkit.ManualClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Several nodes, of which one dies or hangs: nothing is lost, and nothing is sent by two at once.
class TakenOverTest {
  private static final EventsDatabase DATABASE = EventsDatabase.fresh();
  private static final Duration LEASE = Duration.ofMillis(1_500);

  private final ManualClock clock = ManualClock.at("2026-11-01T12:00:00Z");
  private final Receiver receiver = Receiver.start();

  @AfterEach
  void close() {
    receiver.close();
    DATABASE.execute("update events.webhook set state = 'removed'");
  }

  private EventsNode node(UnaryOperator<DataSource> faults) {
    return new EventsNode(DATABASE, clock, EventsNode.leased(LEASE), faults);
  }

  private static UUID action(int number) {
    return new UUID(0x7000L, 0x8000000000000000L + number);
  }

  private static String member(Received request, String name) {
    return JsonReader.readObject(request.body()).text(name).orElseThrow();
  }

  private List<String> ids() {
    return receiver.received().stream().map(request -> member(request, "id")).toList();
  }

  @Test
  void twoNodesAtOnceSendEachEventOnceAndInOrder() throws InterruptedException {
    var under = ConcurrentHashMap.<String>newKeySet();
    var overlaps = new AtomicInteger();
    receiver.answers(request -> {
      var correlation = member(request, "correlationid");
      if (!under.add(correlation)) {
        overlaps.incrementAndGet();
      }
      under.remove(correlation);
      return 200;
    });
    try (var one = node(source -> source);
        var two = node(source -> source)) {
      one.webhook(ONE, receiver.url());
      var goes = new AtomicBoolean(true);
      var other =
          Thread.ofVirtual()
              .start(() -> {
                while (goes.get()) {
                  two.deliver.round();
                }
              });
      for (int i = 0; i < 40; i++) {
        one.record(ONE, "case.moved", action(i % 7), "n" + i);
        one.deliver.round();
      }
      one.until("all of them", () -> receiver.received().size() >= 40);
      goes.set(false);
      other.join();
      one.rounds();
    }
    assertThat(new TreeSet<>(ids())).hasSize(40);
    assertThat(ids()).as("none twice").hasSize(40);
    assertThat(overlaps).hasValue(0);
    assertInOrder();
  }

  private void assertInOrder() {
    var last = new TreeMap<String, Long>();
    for (var request : receiver.received()) {
      long index = Long.parseLong(member(request, "logindex"));
      var before = last.put(member(request, "correlationid"), index);
      assertThat(before == null || before <= index).isTrue();
    }
  }

  /// Of few cases with many actions each, at a receiver that refuses every third request.
  @Test
  void twoNodesAtOnceKeepTheOrderOfEachCase() throws InterruptedException {
    var taken = new TreeMap<String, List<Long>>();
    var under = ConcurrentHashMap.<String>newKeySet();
    var overlaps = new AtomicInteger();
    var random = new SplittableRandom(7);
    receiver.answers(request -> {
      var subject = member(request, "caseid");
      if (!under.add(subject)) {
        overlaps.incrementAndGet();
      }
      synchronized (taken) {
        boolean takes = random.nextInt(3) > 0;
        if (takes) {
          taken
              .computeIfAbsent(subject, _ -> new ArrayList<>())
              .add(Long.parseLong(member(request, "logindex")));
        }
        under.remove(subject);
        return takes ? 200 : 500;
      }
    });
    try (var one = node(source -> source);
        var two = node(source -> source)) {
      var webhook = one.webhook(ONE, receiver.url());
      for (int i = 0; i < 40; i++) {
        one.recordOf(ONE, action(i % 3), "case.moved", action(100 + i), "n" + i);
      }
      one.until(
          "all of them",
          () -> {
            two.deliver.round();
            clock.advance(Duration.ofHours(5));
            return one.deliveries(ONE, webhook).stream()
                    .filter(delivery -> delivery.text("state").equals(Optional.of("delivered")))
                    .count()
                == 40;
          });
    }
    assertThat(overlaps).hasValue(0);
    assertThat(taken).hasSize(3);
    assertThat(taken.values()).allSatisfy(indexes -> assertThat(indexes).isSorted());
  }

  /// The one that comes does not go on with the next of the case, which the dead one kept back.
  @Test
  void whatADeadNodeKeptBackOfACaseWaitsAtTheNextNodeAsWell() {
    var dead = new AtomicBoolean();
    try (var dying = node(source -> severed(source, dead));
        var other = node(source -> source)) {
      dying.webhook(ONE, receiver.url());
      receiver.answers(_ -> {
        dead.set(true);
        return 200;
      });
      dying.recordOf(ONE, action(1), "case.moved", action(11), "first");
      dying.recordOf(ONE, action(1), "case.moved", action(12), "second");
      dying.deliver.round();
      Await.until("the event", EventsNode.PATIENCE, () -> dead.get() && dying.deliver.idle());
      receiver.answers(_ -> 500);
      other.until("the other node's attempt", () -> receiver.received().size() > 1);
      other.rounds();
      assertThat(subjects()).containsExactly("proposal/first", "proposal/first");
      receiver.answers(_ -> 200);
      clock.advance(Duration.ofMinutes(1));
      other.until("the rest", () -> receiver.received().size() == 4);
      assertThat(subjects()).endsWith("proposal/first", "proposal/second");
    }
  }

  private List<String> subjects() {
    return receiver.received().stream().map(request -> member(request, "subject")).toList();
  }

  /// The receiver has the event, and the node dies before it can say so.
  @Test
  void whatADeadNodeSentAndDidNotNoteIsSentAgainByAnother() {
    var dead = new AtomicBoolean();
    try (var dying = node(source -> severed(source, dead));
        var other = node(source -> source)) {
      dying.webhook(ONE, receiver.url());
      receiver.answers(_ -> {
        dead.set(true);
        return 200;
      });
      dying.record(ONE, "case.opened", action(1), "first");
      dying.record(ONE, "case.moved", action(1), "second");
      dying.deliver.round();
      Await.until("the event", EventsNode.PATIENCE, () -> dead.get() && dying.deliver.idle());
      assertThat(ids()).hasSize(1);
      other.rounds();
      assertThat(ids()).as("while the lease of the dead node lasts").hasSize(1);

      other.until("the rest", () -> receiver.received().size() == 3);
      other.rounds();
      var received = receiver.received();
      assertThat(member(received.get(1), "id"))
          .as("at least once, under the same id")
          .isEqualTo(member(received.get(0), "id"));
      assertThat(member(received.get(2), "subject")).isEqualTo("case/second");
      assertThat(received).hasSize(3);
    }
  }

  /// It comes back after somebody else took over: what it says then is too late.
  @Test
  void whatAHungNodeNotesTooLateDoesNotLand() {
    var hung = new AtomicBoolean();
    var freed = new AtomicBoolean();
    try (var hanging = node(source -> held(source, hung, freed));
        var other = node(source -> source)) {
      var webhook = hanging.webhook(ONE, receiver.url());
      receiver.answers(_ -> {
        boolean first = hung.compareAndSet(false, true);
        return first ? 200 : 500;
      });
      hanging.record(ONE, "case.opened", action(2), "once");
      hanging.deliver.round();
      other.until("the other node's attempt", () -> receiver.received().size() == 2);
      other.until(
          "its note",
          () ->
              other
                  .deliveries(ONE, webhook)
                  .getFirst()
                  .text("state")
                  .equals(Optional.of("failed")));
      freed.set(true);
      Await.until("the end of the hung turn", EventsNode.PATIENCE, hanging.deliver::idle);
      assertThat(other.deliveries(ONE, webhook).getFirst().text("state")).contains("failed");
      assertThat(other.shown(ONE, webhook).object("receiver").orElseThrow().number("failures"))
          .as("nor does it say that the receiver is well")
          .contains(1.0);
    }
  }

  /// Both saw that nobody was at it; only one of them may be.
  @Test
  void aWebhookThatTwoNodesSawFreeIsClaimedByOne() {
    try (var node = node(source -> source)) {
      var webhook = node.webhook(ONE, receiver.url());
      var first = node.ids.next();
      var second = node.ids.next();
      assertThat(claim(node, webhook, first)).isTrue();
      assertThat(claim(node, webhook, second)).isFalse();
      assertThat(renew(node, webhook, first)).isTrue();
      Await.until("the end of the lease", EventsNode.PATIENCE, () -> claim(node, webhook, second));
      assertThat(renew(node, webhook, first)).isFalse();
    }
  }

  private boolean claim(EventsNode node, UUID webhook, UUID lease) {
    return node.transactions.run(
        ONE,
        Rules.READ,
        transaction -> ProgressStore.claim(transaction, webhook, lease, LEASE, clock.instant()));
  }

  private static boolean renew(EventsNode node, UUID webhook, UUID lease) {
    return node.transactions.run(
        ONE, Rules.READ, transaction -> ProgressStore.renew(transaction, webhook, lease, LEASE));
  }

  @Test
  void aLeaseThatANodeGaveBackNeedNotEnd() {
    try (var one = new EventsNode(DATABASE, clock, EventsNode.leased(Duration.ofHours(1)), s -> s);
        var two = new EventsNode(DATABASE, clock, EventsNode.leased(Duration.ofHours(1)), s -> s)) {
      one.webhook(ONE, receiver.url());
      one.record(ONE, "case.opened", action(3), "by one");
      one.until("the first", () -> receiver.received().size() == 1);
      Await.until("the end of its turn", EventsNode.PATIENCE, one.deliver::idle);
      two.record(ONE, "case.moved", action(3), "by two");
      two.until("the second", () -> receiver.received().size() == 2);
    }
  }

  /// A data source that gives nothing more once `dead` is set.
  private static DataSource severed(DataSource source, AtomicBoolean dead) {
    return intercepted(
        source,
        () -> {
          if (dead.get()) {
            throw new SQLException("the node is dead", "08006");
          }
        });
  }

  /// A data source that waits from `hung` on until `freed`.
  private static DataSource held(DataSource source, AtomicBoolean hung, AtomicBoolean freed) {
    return intercepted(
        source,
        () -> {
          if (hung.get()) {
            Await.until("the end of the hang", EventsNode.PATIENCE, freed::get);
          }
        });
  }

  @FunctionalInterface
  private interface Before {
    void connection() throws SQLException;
  }

  private static DataSource intercepted(DataSource source, Before before) {
    return (DataSource)
        Proxy.newProxyInstance(
            TakenOverTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (_, method, arguments) -> {
              if (method.getName().equals("getConnection")) {
                before.connection();
              }
              try {
                return method.invoke(source, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
