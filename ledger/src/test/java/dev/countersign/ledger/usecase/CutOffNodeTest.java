package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.testkit.Await;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/// A node that holds the head's lock is cut off from the database without anybody hearing of it: it
/// loses the lock, others go on, and what it sent late does not land.
class CutOffNodeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final TenantId ONE = LedgerDatabase.TENANTS.getFirst();

  private final LedgerDatabase database = LedgerDatabase.create();
  private final Cable cable = new Cable(database.database());
  private final Map<String, Faults> faults = new HashMap<>();
  private final Node living = new Node(database);
  private final Node far =
      new Node(
          new LedgerDatabase(cable.throughIt()),
          Node.freshFile(),
          this::faulty,
          new LogState(true));

  private DataSource faulty(DataSource source) {
    var faulty = new Faults(source);
    faults.put(((PGSimpleDataSource) source).getUser(), faulty);
    return faulty;
  }

  private Faults of(DatabaseRole role) {
    return Optional.ofNullable(faults.get(role.login())).orElseThrow();
  }

  @AfterEach
  void close() {
    cable.close();
    far.close();
    living.close();
  }

  /// Three nodes: the one behind the cable is cut off after each statement of a batch, the locks
  /// and the write with its commit, while the two others append.
  @Test
  void lostPacketsTakeTheLockFromAnyMomentOfABatch() throws IOException, SQLException {
    living.start();
    far.start();
    try (var third = new Node(database).start()) {
      for (var moment : List.of("ledger.open_batch", "update ledger.head")) {
        far.decide(10, ONE);
        var here = new CountDownLatch(1);
        of(DatabaseRole.BATCH)
            .runAfter(
                List.of(moment),
                () -> {
                  cable.cut();
                  here.countDown();
                });
        var lost = far.decisions.submit(far.decision(ONE));
        await(here);
        SharedLog.goesOn(living);
        SharedLog.goesOn(third);
        third.open(third.call(ONE), "while it is cut off");
        cable.repair();
        // After its commit it has its answer; before, it is told that there is none.
        if (moment.equals("update ledger.head")) {
          Node.committed(lost.join());
        } else {
          assertThat(lost.handle((_, failure) -> failure).join())
              .isInstanceOf(LedgerFailure.Stopped.class);
        }
        SharedLog.goesOn(far);
      }
      SharedLog.assertSound(living, List.of(), far.checkpoint, third.checkpoint);
    }
  }

  /// Three nodes at once, while all four append: one is killed, one is stopped while it holds the
  /// head's lock, one is cut off while it waits for it. The locks come free one after the other.
  @Test
  void killedStoppedAndCutOffAtOnceTheyLeaveTheLogToTheLast() throws IOException, SQLException {
    living.start();
    far.start();
    far.decide(10, ONE);
    try (var killed = new LoneNode(database, DatabaseRole.BATCH, LoneNode.NEVER);
        var stopped = new LoneNode(database, DatabaseRole.BATCH, "ledger.open_batch");
        var distance = new Busy(far)) {
      Await.until("the one to be killed answers", PATIENCE, () -> killed.told().size() > 20);
      Await.until("the one to be stopped holds the lock", PATIENCE, stopped::isHere);
      stopped.signal("STOP");
      cable.cut();
      killed.kill();
      SharedLog.goesOn(living);
      living.open(living.call(ONE), "while they are gone");

      long size = database.number("select size from ledger.head");
      int before = stopped.told().size();
      int distant = distance.told().size();
      cable.repair();
      stopped.goOn();
      stopped.signal("CONT");
      // Their locks are lost; they connect anew, and take their turns again.
      Await.until("the stopped one answers", PATIENCE, () -> stopped.told().size() > before + 20);
      Await.until(
          "the one that was cut off answers",
          PATIENCE,
          () -> distance.told().size() > distant + 20);
      stopped.kill();
      distance.rest();
      assertThat(database.number("select size from ledger.head")).isGreaterThan(size + 40);
      var told = new ArrayList<>(killed.told());
      told.addAll(stopped.told());
      told.addAll(distance.told());
      SharedLog.assertSound(living, told, killed.checkpoint, stopped.checkpoint, far.checkpoint);
    }
  }

  /// Decides without a pause, and remembers what was answered.
  private static final class Busy implements AutoCloseable {
    private final Node node;
    private final List<LoneNode.Told> told = new CopyOnWriteArrayList<>();
    private volatile boolean open = true;
    private final Thread thread;

    Busy(Node node) {
      this.node = node;
      thread = Thread.ofPlatform().start(this::run);
    }

    List<LoneNode.Told> told() {
      return told;
    }

    private void run() {
      while (open) {
        try {
          var ticket = Node.committed(node.decisions.submit(node.decision(ONE)).join());
          told.add(new LoneNode.Told(ticket.entryId(), ticket.logIndex()));
        } catch (CompletionException refused) {
          // An answer, but none that promises anything.
        }
      }
    }

    @Override
    public void close() {
      rest();
    }

    /// Ends it; what is under way is still answered.
    void rest() {
      open = false;
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /// A node that was stopped, or whose machine hangs, does not take what the database answers; then
  /// neither the idle session's limit nor the statement's ends it, but TCP's does.
  @Test
  void answerThatNobodyTakesGivesTheLockBack() throws IOException, SQLException {
    living.signer.start();
    living.decisions.start();
    try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
      // Nobody sequences them yet, so the writer is told to come again.
      var written = writers.submit(() -> large(100));
      Await.until(
          "the entries are pending",
          PATIENCE,
          () -> database.number("select count(*) from ledger.pending") == 100);
      of(DatabaseRole.SEQUENCER).runAfter(List.of("count(*)"), cable::deafen);
      far.sequencer.start();
      Await.until(
          "a backend that holds the head's lock waits for its client",
          PATIENCE,
          () ->
              database.number(
                      "select count(*) from pg_stat_activity where usename = '%s' and wait_event = 'ClientWrite'"
                          .formatted(DatabaseRole.SEQUENCER.login()))
                  == 1);
      SharedLog.goesOn(living);
      assertThat(written).failsWithin(PATIENCE);
    }
    cable.repair();
    living.sequencer.start();
    SharedLog.assertSound(living, List.of());
    assertThat(database.number("select size from ledger.head")).isGreaterThan(100);
  }

  /// Records so many entries that are nearly as large as one can be.
  private Recorded large(int entries) {
    var details = Json.object().put("text", Node.noise(60_000)).build();
    return living.ledger.transact(
        living.call(ONE),
        new Attempt("case.opened", "case", "large"),
        Rules.APPLY,
        transaction -> {
          for (int i = 0; i < entries; i++) {
            transaction.record("case.opened", "case", "large", transaction.newId(), details);
          }
          return Json.object().build();
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
