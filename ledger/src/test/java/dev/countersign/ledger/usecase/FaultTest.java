package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/// Every statement and commit of the append path fails in every way: refused, its connection
/// dropped before or after, its session ended by the database; then the log is recomputed:
/// consistent always, complete for all that was answered, nothing there twice. Killed processes:
/// `KilledNodeTest`.
class FaultTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final TenantId TWO = LedgerDatabase.TENANTS.get(1);

  /// More than any of the paths has after a reconnection, tiles and proofs included.
  private static final int STATEMENTS = 12;

  private final LedgerDatabase database = LedgerDatabase.create();
  private final Map<String, Faults> faults = new HashMap<>();
  private final Node node =
      new Node(database, Node.freshFile(), this::faulty, new LogState(true)).start();
  private final List<Ticket> answered = new ArrayList<>();
  private final Connection superuser = database.connection();

  private DataSource faulty(DataSource source) {
    var faulty = new Faults(source);
    faults.put(((PGSimpleDataSource) source).getUser(), faulty);
    return faulty;
  }

  private Faults of(DatabaseRole role) {
    return Optional.ofNullable(faults.get(role.login())).orElseThrow();
  }

  @AfterEach
  void close() throws SQLException {
    node.close();
    superuser.close();
  }

  @ParameterizedTest
  @EnumSource
  void decisionsSurviveEveryFault(Faults.Kind kind) {
    var batch = of(DatabaseRole.BATCH);
    for (int at = 1; at <= STATEMENTS; at++) {
      batch.arm(at, kind);
      do {
        var results = new ArrayList<CompletableFuture<Decisions.Result>>();
        for (int i = 0; i < 90; i++) {
          results.add(node.decisions.submit(node.decision(i % 2 == 0 ? ONE : TWO)));
        }
        for (var result : results) {
          result
              .handle((done, failure) -> failure == null && answered.add(Node.committed(done)))
              .join();
        }
      } while (batch.armed());
    }
    verify();
  }

  @ParameterizedTest
  @EnumSource
  void useCasesSurviveEveryFaultOfTheApplication(Faults.Kind kind) {
    var app = of(DatabaseRole.APP);
    for (int at = 1; at <= STATEMENTS; at++) {
      app.arm(at, kind);
      for (int i = 0; app.armed(); i++) {
        attempt(kind + "-" + at + "-" + i);
      }
    }
    verify();
  }

  @ParameterizedTest
  @EnumSource
  void useCasesSurviveEveryFaultOfTheSequencer(Faults.Kind kind) {
    var sequencer = of(DatabaseRole.SEQUENCER);
    for (int at = 1; at <= STATEMENTS; at++) {
      sequencer.arm(at, kind);
      for (int i = 0; sequencer.armed(); i++) {
        attempt(kind + "-" + at + "-" + i);
      }
    }
    verify();
  }

  /// Opens a case; one that fails is repeated with the same key until it is answered.
  private void attempt(String id) {
    var call = node.call(ONE, id, id);
    for (int tries = 0; tries < 5; tries++) {
      long before = count(id);
      try {
        answered.addAll(node.open(call, id).tickets());
        return;
      } catch (DatabaseFailure nothingChanged) {
        assertThat(count(id)).as("it was said that nothing changed").isEqualTo(before);
      } catch (LedgerFailure.Unsettled later) {
        // The same key returns the answer.
      }
    }
    throw new AssertionError("`" + id + "` was not answered");
  }

  /// How often the case is recorded, pending or in the log.
  private long count(String id) {
    return database.contents(node.content).stream()
        .filter(text -> text.contains("\"resource_id\":\"" + id + "\""))
        .count();
  }

  @ParameterizedTest
  @EnumSource
  void lostCommitIsLookedUpBeforeItIsAnswered(Faults.Kind kind) {
    for (int i = 0; i < 5; i++) {
      of(DatabaseRole.BATCH).armCommit(kind);
      var results = new ArrayList<CompletableFuture<Decisions.Result>>();
      results.add(node.decisions.submit(node.decision(ONE)));
      boolean committed =
          results
              .getFirst()
              .handle((done, failure) -> failure == null && answered.add(Node.committed(done)))
              .join();
      assertThat(committed).isEqualTo(kind == Faults.Kind.AFTER || kind == Faults.Kind.LATER);
      of(DatabaseRole.APP).armCommit(kind);
      attempt("lost" + i);
    }
    verify();
  }

  /// The commit travels with the write: it must not be done, or believed to be, if the write
  /// failed.
  @Test
  void aWriteThatTheDatabaseRefusesIsNotCommitted() throws SQLException {
    answered.add(Node.committed(node.decisions.submit(node.decision(ONE)).join()));
    long size = database.number("select size from ledger.head");
    try (var statement = superuser.createStatement()) {
      statement.execute(
          "alter table ledger.head add constraint no_more check (size <= " + size + ")");
      assertThat(node.decisions.submit(node.decision(ONE)).handle((_, failure) -> failure).join())
          .isInstanceOf(LedgerFailure.Stopped.class);
      assertThat(database.number("select count(*) from ledger.entry")).isEqualTo(size);
      statement.execute("alter table ledger.head drop constraint no_more");
    }
    verify();
  }

  /// What is committed stays so, whatever comes of asking for its index: while the log is slow, the
  /// database is asked, and refuses.
  @ParameterizedTest
  @EnumSource
  void whatIsCommittedIsNotToldAsFailedWhereItsIndexIsAskedForInVain(Faults.Kind kind)
      throws SQLException {
    var app = of(DatabaseRole.APP);
    superuser.setAutoCommit(false);
    try (var statement = superuser.createStatement()) {
      statement.execute("select 1 from ledger.head for update");
    }
    var committed = new AtomicBoolean();
    app.runAfter(
        List.of("commit", "commit"), // the text, and then the connection
        () -> {
          app.arm(1, kind);
          committed.set(true);
        });
    var opened = CompletableFuture.supplyAsync(() -> node.open(node.call(ONE), "slow" + kind));
    Await.until("the question for the index", PATIENCE, () -> committed.get() && !app.armed());
    superuser.commit();
    superuser.setAutoCommit(true);
    answered.addAll(opened.join().tickets());
    verify();
  }

  /// Without an idempotency key nobody repeats the call, so a commit that comes late must be told.
  @Test
  void lateCommitIsNotToldAsFailed() {
    of(DatabaseRole.APP).armCommit(Faults.Kind.LATER);
    answered.addAll(node.open(node.call(ONE), "late").tickets());
    assertThat(count("late")).isEqualTo(1);
    verify();
  }

  /// The folder of the checkpoint is away; what is not durable is not served.
  @Test
  void checkpointThatCannotBeWrittenIsTriedAgain() throws IOException {
    var missing = Node.freshFile().resolveSibling("missing").resolve("checkpoint");
    try (var blind = new Node(database, missing, sources -> sources, new LogState(true)).start()) {
      blind.decide(10, ONE);
      Await.until(PATIENCE, () -> blind.state.failures() > 1);
      assertThat(blind.signer.newest()).isEmpty();
      Files.createDirectories(missing.getParent());
      assertThat(blind.covered(10).checkpoint().size()).isEqualTo(10);
      assertThat(CheckpointFile.read(missing)).isNotEmpty();
    }
    verify();
  }

  private void verify() {
    faults.values().forEach(Faults::disarm);
    Await.until(PATIENCE, () -> database.number("select count(*) from ledger.pending") == 0);
    answered.add(Node.committed(node.decisions.submit(node.decision(ONE)).join()));
    node.covered(database.number("select size from ledger.head"));
    assertThat(node.recompute()).isEmpty();
    assertThat(database.number("select count(*) - count(distinct id) from ledger.entry")).isZero();
    var resources =
        database.contents(node.content).stream()
            .map(text -> JsonReader.readObject(text).text("resource_id"))
            .toList();
    assertThat(resources).doesNotHaveDuplicates();
    assertThat(answered.stream().map(Ticket::logIndex).distinct()).hasSameSizeAs(answered);
    SharedLog.assertHeld(
        database,
        answered.stream()
            .map(ticket -> new LoneNode.Told(ticket.entryId(), ticket.logIndex()))
            .toList());
  }
}
