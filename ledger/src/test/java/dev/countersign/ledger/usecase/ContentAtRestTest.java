package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Hold;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.ContentKeyFailure;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.store.PendingEntries;
import dev.countersign.testkit.DatabaseSearch;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whoever has the database and not the keys reads nothing; whoever destroys a day's secret ends
/// that day everywhere.
class ContentAtRestTest {
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final String MARK = "Ada Marker of 7 Plain Street";

  private final LedgerDatabase database = LedgerDatabase.create();
  private final Node node = new Node(database).start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void dumpShowsNeitherContentNorSalt() {
    var decided =
        Node.committed(
            node.decisions
                .submit(
                    new Decisions.Submission(
                        node.draft(ONE, Json.object().put("name", MARK).build()), 1, 1))
                .join());
    var opened = node.open(node.call(ONE), MARK).tickets().getFirst();
    assertThat(database.rowsWith(MARK)).isEmpty();
    for (var ticket : List.of(decided, opened)) {
      assertThat(node.reader.entry(node.principal(ONE), ticket.logIndex()).toString())
          .contains(MARK);
      assertThat(
              DatabaseSearch.rowsWith(
                  database.database().superuserDataSource(), ticket.salt().bytes()))
          .as("salt")
          .isEmpty();
    }
  }

  @Test
  void whatWaitsForItsIndexIsSealedToo() {
    node.sequencer.close();
    var salt = Salt.of(node.ids.randomBytes(Salt.LENGTH));
    node.transactions.run(
        ONE,
        Rules.APPLY,
        transaction -> {
          PendingEntries.write(
              transaction,
              List.of(
                  new AppendPath.Salted(
                      node.draft(ONE, Json.object().put("name", MARK).build()), salt)),
              PendingEntries.limited(transaction),
              node.content.sealing());
          return true;
        });
    assertThat(database.number("select count(*) from ledger.pending")).isEqualTo(1);
    assertThat(database.rowsWith(MARK)).isEmpty();
    assertThat(DatabaseSearch.rowsWith(database.database().superuserDataSource(), salt.bytes()))
        .isEmpty();
  }

  @Test
  void secretOfADayGoesWithItsPartition() {
    node.decide(3, ONE);
    node.open(node.call(ONE), "kept");
    database.expire(node.content, "log_index < 2");
    var yesterday = database.text("select to_char(current_date - 1, 'YYYYMMDD')");
    assertThat(database.contentKeys().resolve(yesterday)).exists();
    // A backup from before.
    node.close();
    var backup = database.copy();

    retention().maintain();

    assertThat(database.contentKeys().resolve(yesterday)).doesNotExist();
    assertThat(
            database.number(
                "select count(*) from ledger.content_key where destroyed_at is not null and day = current_date - 1"))
        .isEqualTo(1);
    assertThat(node.recompute()).isEmpty();
    // In the backup exactly that day is unreadable, and everything verifies.
    assertThat(backup.number("select count(*) from ledger.entry")).isEqualTo(4);
    try (var restored = new Node(backup, node.checkpoint, sources -> sources, new LogState(true))) {
      assertThat(
              restored
                  .reader
                  .entry(restored.principal(ONE), 0)
                  .object("erased")
                  .orElseThrow()
                  .text("reason"))
          .contains("retention");
      assertThat(restored.reader.entry(restored.principal(ONE), 2).object("entry")).isPresent();
      assertThat(restored.recompute()).isEmpty();
      var finding =
          (Fsck.Finding.Sound)
              new Fsck(backup.as(DatabaseRole.FSCK), Optional.of(restored.content))
                  .run(List.of(), Node.keys(), (_, _) -> {});
      assertThat(finding.erased()).isEqualTo(2);
    }
  }

  @Test
  void nodeWithAnotherFolderDoesNotStart() {
    assertThatThrownBy(() ->
            ContentKeyStore.open(
                Path.of("target", "content-keys", "of nobody " + database.database().name()),
                database.as(DatabaseRole.APP),
                database.as(DatabaseRole.MAINTENANCE),
                new SecureRandom()))
        .isInstanceOf(ContentKeyFailure.class)
        .hasMessageContaining("restore the folder");
  }

  @Test
  void bytesOfAnotherRowAreRefused() {
    node.decide(2, ONE);
    database.execute(
        "update ledger.entry e set sealed = o.sealed from ledger.entry o where e.log_index = 0 and o.log_index = 1");
    assertThatThrownBy(() -> node.reader.entry(node.principal(ONE), 0))
        .hasMessageContaining("altered");
    assertThat(
            new Fsck(database.as(DatabaseRole.FSCK), Optional.of(node.content))
                .run(List.of(), Node.keys(), (_, _) -> {}))
        .isInstanceOf(Fsck.Finding.Damaged.class);
  }

  @Test
  void dayWithoutASecretIsNotUsed() {
    database.execute("delete from ledger.content_key where day <> 'infinity'");
    node.decide(1, ONE);
    assertThat(database.number("select count(*) from ledger.entry where expires_on = 'infinity'"))
        .isEqualTo(1);
    ContentKeyStore.prepare(database.as(DatabaseRole.MAINTENANCE), node.content);
    node.decide(1, ONE);
    assertThat(database.number("select count(*) from ledger.entry where expires_on = 'infinity'"))
        .isEqualTo(1);
  }

  @Test
  void whatAHoldKeepsIsReadableAfterItsDayWasDestroyed() {
    node.decide(2, ONE);
    var holds = new Holds(node.ledger, node.transactions);
    holds.set(node.call(ONE), new Holds.Request(new Hold.Scope.Entries(0, 0), "proceedings"));
    database.expire(node.content, "log_index < 2");
    retention().maintain();
    assertThat(node.reader.entry(node.principal(ONE), 0).object("entry")).isPresent();
    assertThat(node.reader.entry(node.principal(ONE), 1).object("erased")).isPresent();
    assertThat(node.recompute()).isEmpty();
  }

  private Retention retention() {
    return new Retention(
        database.as(DatabaseRole.MAINTENANCE), node.content, node.ledger, node.transactions);
  }
}
