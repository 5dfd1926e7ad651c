package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.testkit.Await;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A node's process ends with SIGKILL right after a statement of the append path, and another node
/// goes on: each time the log is whole and what was answered is in it.
///
/// A connection that ends before a statement leaves the database as one that ends after the
/// statement before it, so each statement of a round is killed after. At random moments, a thousand
/// times, and for the whole server: `benchmarks/crash.sh`.
class KilledNodeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LedgerDatabase database = LedgerDatabase.create();

  @ParameterizedTest
  @CsvSource({
    // The locks, the write with its commit.
    "BATCH, ledger.open_batch",
    "BATCH, update ledger.head",
    // The take under the head's lock, the chains, the write with its commit.
    "SEQUENCER, delete from ledger.pending",
    "SEQUENCER, from ledger.chain",
    "SEQUENCER, update ledger.head",
    // The pending entry, the commit.
    "APP, insert into ledger.pending",
    "APP, insert into ledger.pending;commit"
  })
  void killedAfterAnyStatementItLosesNothing(DatabaseRole role, String statement)
      throws IOException, SQLException {
    try (var victim = new LoneNode(database, role, statement)) {
      Await.until("the victim is there", PATIENCE, victim::isHere);
      victim.kill();
      assertThat(victim.told()).hasSizeGreaterThan(20);
      try (var living = new Node(database).start()) {
        SharedLog.goesOn(living);
        SharedLog.assertSound(living, victim.told(), victim.checkpoint);
      }
    }
  }

  /// SIGSTOP leaves its connections open and its locks held; what it still wants to write when it
  /// goes on must not land.
  @Test
  void stoppedWithTheHeadsLockItLosesTheLockAndItsLateWritesDoNotLand()
      throws IOException, SQLException {
    try (var living = new Node(database).start();
        var victim = new LoneNode(database, DatabaseRole.BATCH, "ledger.open_batch")) {
      Await.until("the victim holds the lock", PATIENCE, victim::isHere);
      victim.signal("STOP");
      SharedLog.goesOn(living);
      living.open(living.call(LedgerDatabase.TENANTS.getFirst()), "while it stands");
      long size = database.number("select size from ledger.head");
      var before = victim.told().size();
      victim.goOn();
      victim.signal("CONT");
      // It finds its lock lost, opens another connection, and takes its turns again.
      Await.until("the victim answers again", PATIENCE, () -> victim.told().size() > before + 100);
      victim.kill();
      assertThat(database.number("select size from ledger.head")).isGreaterThan(size);
      SharedLog.assertSound(living, victim.told(), victim.checkpoint);
    }
  }
}
