package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Disclosure;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One entry's content is erased for good, with its copies, and everything that is proved stays
/// proved.
class ErasureTest {
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final TenantId TWO = LedgerDatabase.TENANTS.get(1);
  private static final String MARK = "Ada Marker of 7 Plain Street";
  private static final String REASON = "asked for under article 17";

  private final LedgerDatabase database = LedgerDatabase.create();
  private final Node node = new Node(database).start();
  private final EraseContent erase = new EraseContent(node.ledger, List.of(new OwnCopies()));

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void contentGoesAndTheProofStays() throws IOException {
    node.open(node.call(ONE), "before");
    long index = node.open(node.call(ONE), MARK).tickets().getFirst().logIndex();
    node.open(node.call(ONE), "after");
    assertThat(database.contents(node.content)).anyMatch(text -> text.contains(MARK));

    var recorded = erase.erase(node.call(ONE), index, REASON);

    assertThat(database.contents(node.content)).noneMatch(text -> text.contains(MARK));
    assertThat(recorded.answer().object("erased").orElseThrow().text("reason")).contains(REASON);
    var receipt = Receipt.parse(node.reader.receipt(node.principal(ONE), index));
    assertThat(receipt.verify(Node.keys())).isInstanceOf(Verdict.Verified.class);
    assertThat(receipt.entry().disclosure())
        .isInstanceOfSatisfying(
            Disclosure.Erased.class,
            erased -> {
              assertThat(erased.reason()).isEqualTo(REASON);
              assertThat(erased.time()).isEqualTo(node.clock.instant());
            });
    assertThat(node.reader.entry(node.principal(ONE), index).object("erased").orElseThrow())
        .isEqualTo(recorded.answer().object("erased").orElseThrow());
    var verified = exported();
    assertThat(verified.erased()).isEqualTo(1);
    assertThat(verified.entries()).isEqualTo(4);
    assertThat(node.recompute()).isEmpty();
    assertThat(((Fsck.Finding.Sound) fsck()).erased()).isEqualTo(1);
  }

  @Test
  void theEntryOfAnErasureSaysWhichAndWhy() {
    long index = node.open(node.call(ONE), MARK).tickets().getFirst().logIndex();
    var leaf = node.reader.entry(node.principal(ONE), index).text("leaf_hash").orElseThrow();
    long own = erase.erase(node.call(ONE), index, REASON).tickets().getFirst().logIndex();
    var entry = node.reader.entry(node.principal(ONE), own).object("entry").orElseThrow();
    assertThat(entry.text("action")).contains("ledger.content_erased");
    assertThat(entry.object("details").orElseThrow())
        .isEqualTo(
            Json.object()
                .put("leaf_hash", leaf)
                .put("log_index", index)
                .put("reason", REASON)
                .build());
  }

  @Test
  void erasingAgainChangesNothing() {
    long index = node.open(node.call(ONE), MARK).tickets().getFirst().logIndex();
    var first = erase.erase(node.call(ONE), index, REASON);
    long size = database.number("select size from ledger.head");
    var second = erase.erase(node.call(ONE), index, "another reason");
    assertThat(second.answer()).isEqualTo(first.answer());
    assertThat(second.tickets()).isEqualTo(first.tickets());
    assertThat(second.repeated()).isTrue();
    assertThat(database.number("select size from ledger.head")).isEqualTo(size);
  }

  @Test
  void reasonOfAnErasureCanBeErasedToo() throws IOException {
    long index = node.open(node.call(ONE), "c").tickets().getFirst().logIndex();
    long own = erase.erase(node.call(ONE), index, MARK).tickets().getFirst().logIndex();
    erase.erase(node.call(ONE), own, "a name stood in it");
    assertThat(database.rowsWith(MARK)).isEmpty();
    assertThat(exported().erased()).isEqualTo(2);
  }

  @Test
  void anotherTenantsEntryIsNotThere() {
    long index = node.open(node.call(ONE), MARK).tickets().getFirst().logIndex();
    assertThatThrownBy(() -> erase.erase(node.call(TWO), index, REASON))
        .isInstanceOf(Refusal.NotFound.class);
    assertThatThrownBy(() -> erase.erase(node.call(ONE), index + 1, REASON))
        .isInstanceOf(Refusal.NotFound.class);
    assertThat(database.contents(node.content)).anyMatch(text -> text.contains(MARK));
  }

  @Test
  void expiredEntrySaysSo() {
    node.decide(1, ONE);
    database.expire(node.content, "true");
    new Retention(
            database.as(DatabaseRole.MAINTENANCE), node.content, node.ledger, node.transactions)
        .maintain();
    assertThat(conflict(0).code()).isEqualTo("content_expired");
  }

  @Test
  void answerUnderAnIdempotencyKeyGoesAndTheCallIsNotRepeated() {
    var call = node.call(ONE, "key-1", MARK);
    long index = node.open(call, MARK).tickets().getFirst().logIndex();
    assertThat(node.open(call, MARK).repeated()).isTrue();
    erase.erase(node.call(ONE), index, REASON);
    assertThat(database.rowsWith(MARK)).isEmpty();
    long size = database.number("select size from ledger.head");
    assertThat(catchThrowableOfType(Refusal.Conflict.class, () -> node.open(call, MARK)).code())
        .isEqualTo("answer_erased");
    assertThat(database.number("select size from ledger.head"))
        .as("but its refusal")
        .isEqualTo(size + 1);
  }

  @Test
  void copyThatCannotGoKeepsEverything() {
    long index = node.open(node.call(ONE), MARK).tickets().getFirst().logIndex();
    var refusing =
        new ErasedCopies() {
          @Override
          public SortedSet<String> columns() {
            return Collections.emptySortedSet();
          }

          @Override
          public void erase(LedgerTransaction transaction, Entry entry) {
            throw new Refusal.Conflict("in_force", "remove it first");
          }
        };
    var both = new EraseContent(node.ledger, List.of(new OwnCopies(), refusing));
    assertThatThrownBy(() -> both.erase(node.call(ONE), index, REASON))
        .isInstanceOf(Refusal.Conflict.class);
    assertThat(node.reader.entry(node.principal(ONE), index).object("entry")).isPresent();
  }

  @Test
  void contentThatGoesWithoutAnErasureIsFound() {
    node.open(node.call(ONE), MARK);
    database.execute("update ledger.entry set sealed = null");
    assertThat(fsck()).isInstanceOf(Fsck.Finding.Damaged.class);
  }

  @Test
  void applicationCanEraseAndWriteNothingElse() {
    node.open(node.call(ONE), MARK);
    for (var change : List.of("sealed = '\\x00'", "sealed = sealed")) {
      assertThatThrownBy(() ->
              node.transactions.run(
                  ONE,
                  Rules.READ,
                  transaction -> transaction.handle().execute("update ledger.entry set " + change)))
          .rootCause()
          .hasMessageContaining("row-level security");
    }
    assertThat(node.recompute()).isEmpty();
  }

  private Refusal.Conflict conflict(long index) {
    return catchThrowableOfType(
        Refusal.Conflict.class, () -> erase.erase(node.call(ONE), index, REASON));
  }

  private Fsck.Finding fsck() {
    return new Fsck(database.as(DatabaseRole.FSCK), Optional.of(node.content))
        .run(List.of(), Node.keys(), (_, _) -> {});
  }

  private Verdict.Verified exported() throws IOException {
    var export = new ExportLedger(node.ledger, node.reader, node.transactions, Node.ORIGIN);
    var lines = new ArrayList<String>();
    export.write(export.prepare(node.call(ONE), ExportLedger.Wanted.ALL), lines::add);
    var file = Files.createTempFile(Path.of("target"), "export", ".jsonl");
    Files.writeString(file, String.join("\n", lines) + "\n");
    var verdict = new ExportVerifier(Node.keys()).verify(file, (_, _) -> {});
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    return (Verdict.Verified) verdict;
  }
}
