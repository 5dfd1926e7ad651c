package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.ledger.CheckpointVerdict;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.Verdict;
import dev.countersign.ledger.WatchedLog;
import dev.countersign.ledger.store.Alarms;
import dev.countersign.ledger.witness.RemoteWitness;
import dev.countersign.testkit.Await;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two instances that watch each other, over HTTP: what one of them loses or rewrites, the other
/// one notices.
class WitnessedLogTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final String TURNS =
      """
      select count(*) from pg_locks join pg_database d on d.oid = database
      where d.datname = current_database() and locktype = 'advisory' and classid = 7465\
      """;
  private static final HttpClient CLIENT = RemoteWitness.client();

  private final Instance.Identity left = Instance.Identity.of("left.test");
  private final Instance.Identity right = Instance.Identity.of("right.test");
  private final WitnessServer leftServer =
      new WitnessServer((exchange, _) -> WitnessServer.send(exchange, 503, "text/plain", ""));
  private final WitnessServer rightServer =
      new WitnessServer((exchange, _) -> WitnessServer.send(exchange, 503, "text/plain", ""));
  private final LedgerDatabase leftDatabase = LedgerDatabase.create();
  private final LedgerDatabase rightDatabase = LedgerDatabase.create();

  @AfterEach
  void stop() {
    leftServer.close();
    rightServer.close();
  }

  private Instance left(LedgerDatabase database, Path checkpoint) {
    return new Instance(
            left,
            database,
            checkpoint,
            leftServer,
            new WatchedLog("right.test/log", List.of(right.log().verifier())),
            new RemoteWitness("right", right.witnessKeys(), rightServer.prefix(), CLIENT),
            1)
        .start();
  }

  private Instance right() {
    return new Instance(
            right,
            rightDatabase,
            Node.freshFile(),
            rightServer,
            new WatchedLog("left.test/log", List.of(left.log().verifier())),
            new RemoteWitness("left", left.witnessKeys(), leftServer.prefix(), CLIENT),
            1)
        .start();
  }

  private static List<Alarms.Open> alarms(LedgerDatabase database) {
    try (var connection = database.as(DatabaseRole.APP).getConnection()) {
      return new Alarms(connection).open(100);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void eachShowsOnlyWhatTheOtherHasCosigned() throws InterruptedException {
    try (var one = left(leftDatabase, Node.freshFile());
        var two = right()) {
      var shown = one.append(100, 100);
      assertThat(left.cosignedBy(right).check(shown.note()))
          .isInstanceOf(CheckpointVerdict.Accepted.class);
      assertThat(right.cosignedBy(left).check(two.append(5, 5).note()))
          .isInstanceOf(CheckpointVerdict.Accepted.class);
      // By both keys of the witness, and its own.
      assertThat(shown.note().signatures()).hasSize(3);
      one.append(300, 400);
      assertThat(Receipt.parse(one.receipt(399)).verify(left.cosignedBy(right)))
          .isInstanceOf(Verdict.Verified.class);
      assertThat(Receipt.parse(two.receipt(0)).verify(right.cosignedBy(left)))
          .isInstanceOf(Verdict.Verified.class);
      assertThat(alarms(leftDatabase)).isEmpty();
      assertThat(alarms(rightDatabase)).isEmpty();
    }
  }

  /// Else no node could ask until the session ends, which a pool keeps open.
  @Test
  void turnsAreGivenBack() throws InterruptedException {
    try (var one = left(leftDatabase, Node.freshFile());
        var two = right()) {
      one.append(10, 10);
      two.append(10, 10);
    }
    assertThat(leftDatabase.number(TURNS)).isZero();
    assertThat(rightDatabase.number(TURNS)).isZero();
  }

  @Test
  void withoutTheQuorumNothingNewIsShownAndTheLogGoesOn() throws InterruptedException {
    try (var one = left(leftDatabase, Node.freshFile());
        var two = right()) {
      one.append(10, 10);
      rightServer.behave((exchange, _) -> WitnessServer.send(exchange, 503, "text/plain", ""));
      one.node.decide(10, ONE);
      one.node.covered(20);
      assertThat(one.published.newest().orElseThrow().checkpoint().size()).isEqualTo(10);
      assertThatThrownBy(() -> one.receipt(15)).isInstanceOf(LedgerFailure.Uncovered.class);
      Await.until(
          "the problem",
          PATIENCE,
          () -> one.gathering.witnesses().getFirst().problem().isPresent());
      assertThat(one.node.state.stopped()).isEmpty();
      rightServer.behave(WitnessServer.of(two.witness));
      assertThat(one.published.covering(20, PATIENCE)).isPresent();
    }
  }

  @Test
  void anExportWaitsForTheQuorumLongerThanAReceipt() throws InterruptedException {
    try (var one = left(leftDatabase, Node.freshFile());
        var two = right()) {
      one.append(10, 10);
      rightServer.behave((exchange, _) -> WitnessServer.send(exchange, 503, "text/plain", ""));
      var export =
          new ExportLedger(one.node.ledger, one.reader, one.node.transactions, "left.test/log");
      var prepared = export.prepare(one.node.call(ONE), ExportLedger.Wanted.ALL);
      var lines = new CopyOnWriteArrayList<String>();
      var writing = Thread.ofVirtual().start(() -> export.write(prepared, lines::add));
      assertThatThrownBy(() -> one.receipt(prepared.closing()))
          .isInstanceOf(LedgerFailure.Uncovered.class);
      assertThat(lines).isEmpty();
      rightServer.behave(WitnessServer.of(two.witness));
      assertThat(writing.join(PATIENCE)).isTrue();
      assertThat(lines).as("header, entries and footer").hasSize(12);
    }
  }

  @Test
  void everyNodeShowsWhatOneOfThemGathered() throws InterruptedException {
    try (var one = left(leftDatabase, Node.freshFile());
        var other = left(leftDatabase, Node.freshFile());
        var two = right()) {
      one.append(10, 10);
      other.append(10, 20);
      assertThat(one.published.covering(20, PATIENCE)).isPresent();
      assertThat(other.published.covering(20, PATIENCE)).isPresent();
      assertThat(one.published.newest()).isEqualTo(other.published.newest());
      assertThat(two.node.state.stopped()).isEmpty();
    }
  }

  /// The backup was restored together with the folder that holds the newest checkpoint, so only the
  /// witness knows better.
  @Test
  void aRestoredBackupIsStoppedByItsWitnessBeforeItsFirstAppend() throws InterruptedException {
    try (var two = right()) {
      try (var one = left(leftDatabase, Node.freshFile())) {
        one.append(100, 100);
      }
      var backup = leftDatabase.copy();
      try (var one = left(leftDatabase, Node.freshFile())) {
        one.append(50, 150);
      }
      try (var restored = left(backup, Node.freshFile())) {
        assertThatThrownBy(() -> restored.node.decisions.submit(restored.node.decision(ONE)).join())
            .hasCauseInstanceOf(LedgerFailure.Stopped.class)
            .hasMessageContaining("has cosigned 150 entries of this log but the database has 100");
        assertThat(backup.number("select size from ledger.head")).isEqualTo(100);
        assertThat(alarms(backup))
            .singleElement()
            .satisfies(alarm -> assertThat(alarm.kind()).isEqualTo(Alarms.Kind.ROLLBACK));
        // It may have forgotten what it cosigned, too.
        two.node.decide(1, ONE);
        two.node.covered(1);
        Await.until(
            "the refusal",
            PATIENCE,
            () ->
                two.gathering
                    .witnesses()
                    .getFirst()
                    .problem()
                    .equals(java.util.Optional.of("it answered 503")));
      }
      assertThat(two.node.state.stopped()).isEmpty();
    }
  }

  @Test
  void aRewrittenHistoryIsRefusedAndRaisesTheAlarmOnBothSides() throws InterruptedException {
    try (var two = right()) {
      try (var one = left(leftDatabase, Node.freshFile())) {
        one.append(100, 100);
      }
      var forged = LedgerDatabase.create();
      try (var alone = new Node(forged).start()) {
        alone.decide(130, ONE);
      }
      try (var one = left(forged, Node.freshFile())) {
        one.node.decide(20, ONE);
        one.node.covered(150);
        Await.until("the alarm here", PATIENCE, () -> !alarms(forged).isEmpty());
        assertThat(alarms(forged))
            .singleElement()
            .satisfies(alarm -> assertThat(alarm.kind()).isEqualTo(Alarms.Kind.REJECTED));
        assertThat(one.published.newest()).isEmpty();
      }
      assertThat(alarms(rightDatabase)).isNotEmpty();
      assertThat(two.witness.inconsistencies()).isPositive();
    }
  }

  @Test
  void twoHistoriesOfOneSizeAreProvenToBeAFork() throws InterruptedException {
    try (var two = right()) {
      try (var one = left(leftDatabase, Node.freshFile())) {
        one.append(100, 100);
      }
      var forged = LedgerDatabase.create();
      try (var alone = new Node(forged).start()) {
        alone.decide(100, ONE);
      }
      try (var one = left(forged, Node.freshFile())) {
        Await.until("the alarm there", PATIENCE, () -> !alarms(rightDatabase).isEmpty());
        assertThat(alarms(rightDatabase))
            .singleElement()
            .satisfies(alarm -> {
              assertThat(alarm.kind()).isEqualTo(Alarms.Kind.FORK);
              assertThat(alarm.origin()).isEqualTo("left.test/log");
            });
        assertThat(one.published.newest()).isEmpty();
      }
      assertThat(two.node.state.stopped()).isEmpty();
    }
  }
}
