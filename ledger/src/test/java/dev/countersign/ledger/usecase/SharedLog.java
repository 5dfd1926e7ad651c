package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.store.HeadGuard;
import dev.countersign.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;

/// What must hold of a log that several nodes extended, whatever happened to them.
final class SharedLog {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Whatever a node did that holds the head's lock.
  private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(5);

  private SharedLog() {}

  /// The living node's decisions go on in time; refusals until then are answers, too.
  static void goesOn(Node living) {
    long begun = System.nanoTime();
    while (true) {
      try {
        Node.committed(
            living.decisions.submit(living.decision(LedgerDatabase.TENANTS.get(1))).join());
        break;
      } catch (CompletionException notNow) {
        assertThat(notNow).hasCauseInstanceOf(LedgerFailure.class);
      }
      assertInTime(begun);
    }
    assertInTime(begun);
  }

  private static void assertInTime(long begun) {
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(GOES_ON_WITHIN);
  }

  /// No gap, no fork, no double; all that was told is where it was told to be, and each checkpoint
  /// that anybody signed is one of this log's.
  static void assertSound(Node living, List<LoneNode.Told> told, Path... checkpoints)
      throws IOException, SQLException {
    var database = living.database;
    Await.until(PATIENCE, () -> database.number("select count(*) from ledger.pending") == 0);
    living.covered(database.number("select size from ledger.head"));
    assertThat(living.recompute()).isEmpty();
    assertThat(database.number("select count(*) - count(distinct id) from ledger.entry")).isZero();
    assertThat(
            database.number("select count(*) - (select size from ledger.head) from ledger.entry"))
        .isZero();
    assertHeld(database, told);
    try (var connection = database.database().superuserDataSource().getConnection()) {
      for (var file : checkpoints) {
        for (var note : CheckpointFile.read(file)) {
          assertThat(HeadGuard.objection(connection, Checkpoint.parse(note.text()))).isEmpty();
        }
      }
    }
  }

  /// Each entry is where it was told to be.
  static void assertHeld(LedgerDatabase database, List<LoneNode.Told> told) {
    try (var connection = database.database().superuserDataSource().getConnection();
        var statement =
            connection.prepareStatement(
                """
                select told.id, told.log_index from unnest(?::uuid[], ?::bigint[]) told (id, log_index)
                where not exists (select from ledger.entry e where e.log_index = told.log_index and e.id = told.id)\
                """)) {
      statement.setArray(
          1, connection.createArrayOf("uuid", told.stream().map(LoneNode.Told::entry).toArray()));
      statement.setArray(
          2, connection.createArrayOf("bigint", told.stream().map(LoneNode.Told::index).toArray()));
      var missing = new ArrayList<LoneNode.Told>();
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          missing.add(new LoneNode.Told(row.getObject(1, UUID.class), row.getLong(2)));
        }
      }
      assertThat(missing).isEmpty();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
