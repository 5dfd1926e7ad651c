package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.testkit.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// The log has no gap, no fork and no double, whoever appends.
class AppendTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final TenantId TWO = LedgerDatabase.TENANTS.get(1);
  private static final TenantId THREE = LedgerDatabase.TENANTS.get(2);

  private final LedgerDatabase database = LedgerDatabase.create();

  @Test
  void decisionsOfManyTenantsAreAllThereOnce() {
    try (var node = new Node(database).start()) {
      var tickets = node.decide(3_000, ONE, TWO, THREE);
      assertThat(tickets.stream().map(Ticket::logIndex).sorted().toList())
          .isEqualTo(LongStream.range(0, 3_000).boxed().toList());
      assertThat(node.recompute()).isEmpty();
      assertThat(node.state.entries()).isEqualTo(3_000);
      assertThat(node.state.batches()).isLessThan(3_000);
    }
  }

  @Test
  void changeOfOneTenantHoldsUpNobodyElse() throws SQLException {
    try (var node = new Node(database).start();
        var changing = database.as(DatabaseRole.APP).getConnection();
        var statement = changing.createStatement()) {
      changing.setAutoCommit(false);
      statement.execute("select kernel.enter('" + ONE + "', 'CHANGE')");
      var held = node.decisions.submit(node.decision(ONE));
      for (int i = 0; i < 3; i++) {
        Node.committed(node.decisions.submit(node.decision(TWO)).join());
      }
      assertThat(held).isNotDone();
      Await.until(PATIENCE, () -> node.decisions.queued() == 1);
      statement.execute("update kernel.generation set policies = policies + 1");
      changing.commit();
      assertThat(held.join()).isEqualTo(new Decisions.Result.Stale());
      Await.until(PATIENCE, () -> node.decisions.queued() == 0);
      assertThat(node.recompute()).isEmpty();
    }
  }

  @Test
  void manyDecisionsOfAChangingTenantLeaveTheOthersHalfOfEachBatch() throws SQLException {
    try (var node = new Node(database);
        var changing = database.as(DatabaseRole.APP).getConnection();
        var statement = changing.createStatement()) {
      changing.setAutoCommit(false);
      statement.execute("select kernel.enter('" + ONE + "', 'CHANGE')");
      // Queued before the writer starts, so that the batches do not depend on who is faster.
      var held = new ArrayList<CompletableFuture<Decisions.Result>>();
      for (int i = 0; i < 1_500; i++) {
        held.add(node.decisions.submit(node.decision(ONE)));
      }
      var others = new ArrayList<CompletableFuture<Decisions.Result>>();
      for (int i = 0; i < 400; i++) {
        others.add(node.decisions.submit(node.decision(TWO)));
      }
      node.start();
      others.forEach(other -> Node.committed(other.join()));
      assertThat(held).noneMatch(CompletableFuture::isDone);
      assertThat(database.number("select count(*) from ledger.leaf_batch")).isLessThanOrEqualTo(4);
      changing.rollback();
      held.forEach(waited -> Node.committed(waited.join()));
      assertThat(node.recompute()).isEmpty();
    }
  }

  @Test
  void staleDecisionIsSetAside() {
    try (var node = new Node(database).start()) {
      var old = new Decisions.Submission(node.decision(ONE).draft(), 0, 1);
      var unknown = node.decision(LedgerDatabase.tenant(99));
      var results =
          List.of(
              node.decisions.submit(node.decision(ONE)),
              node.decisions.submit(old),
              node.decisions.submit(unknown),
              node.decisions.submit(node.decision(TWO)));
      assertThat(results.get(1).join()).isEqualTo(new Decisions.Result.Stale());
      assertThat(results.get(2).join()).isEqualTo(new Decisions.Result.Stale());
      Node.committed(results.get(0).join());
      Node.committed(results.get(3).join());
      assertThat(node.recompute()).isEmpty();
    }
  }

  @Test
  void decisionAfterARevocationIsStale() {
    try (var node = new Node(database)) {
      node.signer.start();
      // Queued before the change, written after it: the writer starts only then.
      var before = node.decisions.submit(node.decision(ONE));
      var other = node.decisions.submit(node.decision(TWO));
      node.transactions.run(
          ONE,
          Rules.CHANGE,
          transaction -> {
            transaction.raise(Counter.CREDENTIALS);
            return true;
          });
      node.decisions.start();
      assertThat(before.join()).isEqualTo(new Decisions.Result.Stale());
      Node.committed(other.join());
    }
  }

  @Test
  void fullQueueIsToldAtOnce() {
    try (var node = new Node(database)) {
      for (int i = 0; i < 5_000; i++) {
        assertThat(node.decisions.submit(node.decision(ONE))).isNotDone();
      }
      assertThatThrownBy(() -> node.decisions.submit(node.decision(ONE)).join())
          .hasCauseInstanceOf(LedgerFailure.Overloaded.class);
      assertThat(node.decisions.queued()).isEqualTo(5_000);
    }
  }

  @Test
  void closedWriterLeavesNobodyWaiting() {
    var node = new Node(database).start();
    var results = new ArrayList<CompletableFuture<Decisions.Result>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.execute(node.decisions::close);
      for (int i = 0; i < 4_000; i++) {
        results.add(node.decisions.submit(node.decision(ONE)));
      }
    }
    node.close();
    assertThat(results).allSatisfy(result -> assertThat(result).isDone());
  }

  @Test
  void twoNodesShareOneLog() throws ExecutionException, InterruptedException {
    try (var one = new Node(database).start();
        var two = new Node(database).start();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work = new ArrayList<Future<List<Ticket>>>();
      for (var node : List.of(one, two)) {
        work.add(threads.submit(() -> node.decide(2_000, ONE, TWO)));
        for (int i = 0; i < 8; i++) {
          int writer = i;
          work.add(
              threads.submit(() -> {
                var tickets = new ArrayList<Ticket>();
                for (int n = 0; n < 10; n++) {
                  var tenant = LedgerDatabase.TENANTS.get(n % 3);
                  tickets.addAll(node.open(node.call(tenant), writer + "-" + n).tickets());
                }
                return tickets;
              }));
        }
      }
      var indexes = new ArrayList<Long>();
      for (var done : work) {
        done.get().forEach(ticket -> indexes.add(ticket.logIndex()));
      }
      assertThat(indexes.stream().sorted().toList())
          .isEqualTo(LongStream.range(0, 4_160).boxed().toList());
      one.covered(4_160);
      two.covered(4_160);
      assertThat(one.signer.newest().orElseThrow().checkpoint())
          .isEqualTo(two.signer.newest().orElseThrow().checkpoint());
      assertThat(one.recompute()).isEmpty();
    }
  }

  @Test
  void whatADeadNodeLeftPendingIsTaken() {
    try (var dead = new Node(database);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // Its sequencer never runs, so the entry stays pending until another node starts.
      var waiting = threads.submit(() -> dead.open(dead.call(ONE), "c1"));
      Await.until(PATIENCE, () -> database.number("select count(*) from ledger.pending") == 1);
      try (var living = new Node(database).start()) {
        Await.until(PATIENCE, () -> database.number("select count(*) from ledger.pending") == 0);
        assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).tickets()).hasSize(1);
        assertThat(living.recompute()).isEmpty();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void tilesAreRightAtTheirBoundaries() throws SQLException {
    try (var node = new Node(database)) {
      var path = new AppendPath(node.content);
      for (int batch : new int[] {255, 1, 1, 254, 2, 255, 256, 1}) {
        append(node, path, batch);
        assertThat(node.recompute()).isEmpty();
      }
    }
  }

  @Test
  void tilesOfTheSecondLevelAreRightAtTheirBoundary() throws SQLException {
    try (var node = new Node(database)) {
      var path = new AppendPath(node.content);
      for (int size = 0; size < 65_500; size += 5_000) {
        append(node, path, Math.min(5_000, 65_535 - size));
      }
      for (long size : new long[] {65_535, 65_536, 65_537}) {
        assertThat(database.number("select size from ledger.head")).isEqualTo(size);
        assertThat(node.recompute()).isEmpty();
        // A fresh path has to find the right edge in the database.
        append(node, new AppendPath(node.content), 1);
      }
      node.signer.start();
      node.covered(65_538);
    }
  }

  private void append(Node node, AppendPath path, int count) throws SQLException {
    var drafts = new ArrayList<AppendPath.Salted>();
    for (int i = 0; i < count; i++) {
      drafts.add(
          new AppendPath.Salted(
              node.decision(LedgerDatabase.TENANTS.get(i % 3)).draft(),
              Salt.of(node.ids.randomBytes(Salt.LENGTH))));
    }
    try (var connection = database.as(DatabaseRole.BATCH).getConnection()) {
      connection.setAutoCommit(false);
      var batch = path.prepare(connection, node.ids.next(), drafts);
      batch.commit(connection);
      batch.settle();
    }
  }

  /// In the hour that a zone has twice a local time would be taken for the other one.
  @Test
  void timeOfAnEntryDoesNotDependOnTheZone() throws SQLException {
    var zone = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
    try (var node = new Node(database)) {
      for (var time : List.of("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")) {
        node.clock.set(java.time.Instant.parse(time));
        append(node, new AppendPath(node.content), 1);
        assertThat(
                database.number(
                    "select count(*) from ledger.entry where time = timestamptz '" + time + "'"))
            .isEqualTo(1);
      }
    } finally {
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void timeMayStandStillOrFallBack() {
    try (var node = new Node(database).start()) {
      node.open(node.call(ONE), "a");
      node.open(node.call(ONE), "b");
      node.clock.set(node.clock.instant().minusSeconds(3_600));
      node.open(node.call(ONE), "c");
      assertThat(node.recompute()).isEmpty();
    }
  }
}
