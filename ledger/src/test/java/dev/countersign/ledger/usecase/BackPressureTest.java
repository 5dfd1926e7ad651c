package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.PendingEntries;
import dev.countersign.testkit.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What waits for the log is bounded, in number and in bytes, and whoever meets a bound is told
/// when to come again. The queue of decisions: `AppendTest`; while appends are stopped:
/// `LedgerTest`.
class BackPressureTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TenantId ONE = LedgerDatabase.TENANTS.getFirst();
  private static final String LARGE = Node.noise(60_000);

  private final LedgerDatabase database = LedgerDatabase.create();

  @Test
  void whatIsCommittedAndNotSequencedInTimeIsAnsweredLaterUnderTheSameKey() throws SQLException {
    try (var node = new Node(database).start();
        var holder = database.database().superuserDataSource().getConnection()) {
      node.open(node.call(ONE), "first");
      holder.setAutoCommit(false);
      holder.createStatement().execute("select 1 from ledger.head for update");
      var call = node.call(ONE, "key", "body");
      assertThatThrownBy(() -> node.open(call, "c1"))
          .isInstanceOfSatisfying(
              LedgerFailure.Unsettled.class,
              failure -> assertThat(failure.retryAfter()).isPositive());
      assertThat(database.number("select count(*) from ledger.pending"))
          .as("its change stands")
          .isEqualTo(1);
      holder.rollback();
      var again = node.open(call, "c1");
      assertThat(again.repeated()).isTrue();
      assertThat(again.tickets()).hasSize(1);
      assertThat(database.number("select size from ledger.head")).isEqualTo(2);
      assertThat(node.recompute()).isEmpty();
    }
  }

  @Test
  void writersDoNotFillTheDiskWhileNobodyCanSequence() throws SQLException {
    try (var node = new Node(database).start();
        var holder = database.database().superuserDataSource().getConnection();
        var statement = holder.createStatement()) {
      node.open(node.call(ONE), "first");
      holder.setAutoCommit(false);
      statement.execute("select 1 from ledger.head for update");
      database.execute(
          """
          insert into ledger.pending (tenant_id, id, sealed)
          select '%s', gen_random_uuid(), '' from generate_series(1, 10000)\
          """
              .formatted(ONE));
      Await.until(PATIENCE, () -> node.sequencer.pending() == 10_000);
      assertThatThrownBy(() -> node.open(node.call(ONE, "key", "body"), "c1"))
          .isInstanceOf(LedgerFailure.Overloaded.class);
      // A refusal is an entry as well.
      assertThatThrownBy(
              () -> node.ledger.refused(node.call(ONE), new Attempt("a.b", "a", "1"), "forbidden"))
          .isInstanceOf(LedgerFailure.Overloaded.class);
      assertThat(database.number("select count(*) from ledger.pending")).isEqualTo(10_000);
      assertThat(database.number("select count(*) from kernel.idempotency")).isZero();
      database.execute("delete from ledger.pending");
      holder.rollback();
      Await.until(PATIENCE, () -> node.sequencer.pending() == 0);
      assertThat(node.open(node.call(ONE, "key", "body"), "c1").repeated()).isFalse();
      assertThat(node.recompute()).isEmpty();
    }
  }

  /// Hundreds of the largest entries in one statement would take a slow disk longer than a
  /// statement may take, again and again.
  @Test
  void aBatchIsBoundedInBytes() {
    try (var node = new Node(database)) {
      var details = Json.object().put("text", LARGE).build();
      var results = new ArrayList<CompletableFuture<Decisions.Result>>();
      for (int i = 0; i < 200; i++) {
        results.add(
            node.decisions.submit(new Decisions.Submission(node.draft(ONE, details), 1, 1)));
      }
      node.start();
      results.forEach(result -> Node.committed(result.join()));
      assertThat(database.number("select count(*) from ledger.leaf_batch")).isEqualTo(3);
      node.ledger.transact(
          node.call(ONE),
          new Attempt("case.opened", "case", "large"),
          Rules.APPLY,
          transaction -> {
            for (int i = 0; i < 200; i++) {
              transaction.record("case.opened", "case", "c" + i, transaction.newId(), details);
            }
            return Json.object().build();
          });
      assertThat(database.number("select count(*) from ledger.leaf_batch")).isEqualTo(6);
      assertThat(node.recompute()).isEmpty();
    }
  }

  /// Whoever does not know that it left some behind waits for its next look with each batch: a
  /// crowd would be sequenced at the pace of the poll.
  @Test
  void aBatchSaysWhetherItLeftSomeBehind() throws SQLException {
    try (var node = new Node(database)) {
      pending(node, 5, JsonObject.EMPTY);
      assertThat(take(node, 2)).isEqualTo(new Batch(2, false));
      assertThat(take(node, 2)).isEqualTo(new Batch(2, false));
      assertThat(take(node, 2)).isEqualTo(new Batch(1, true));
      assertThat(take(node, 2)).isEqualTo(new Batch(0, true));
      pending(node, 200, Json.object().put("text", LARGE).build());
      var first = take(node, 500);
      assertThat(first.all()).as("all of 200 that are larger than a batch").isFalse();
      assertThat(first.taken()).isBetween(1, 199);
    }
  }

  /// What a batch took, and whether that was all.
  private record Batch(int taken, boolean all) {}

  private Batch take(Node node, int limit) throws SQLException {
    try (var connection = database.as(DatabaseRole.SEQUENCER).getConnection()) {
      connection.setAutoCommit(false);
      var taken = PendingEntries.take(connection, limit, node.content.sealing());
      connection.commit();
      return new Batch(taken.drafts().size(), taken.all());
    }
  }

  /// Commits entries as a node that dies before it tells anybody.
  private static void pending(Node node, int count, JsonObject details) {
    var drafts =
        Stream.generate(() -> node.draft(ONE, details))
            .limit(count)
            .map(draft -> new AppendPath.Salted(draft, Salt.of(node.ids.randomBytes(Salt.LENGTH))))
            .toList();
    node.transactions.run(
        ONE,
        Rules.APPLY,
        transaction -> {
          PendingEntries.write(
              transaction, drafts, PendingEntries.limited(transaction), node.content.sealing());
          return true;
        });
  }
}
