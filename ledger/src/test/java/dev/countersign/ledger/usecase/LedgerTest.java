package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.Leaf;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final TenantId TWO = LedgerDatabase.TENANTS.get(1);
  private static final Attempt ATTEMPT = new Attempt("case.opened", "case", "c1");

  private final LedgerDatabase database = LedgerDatabase.create();
  private final Node node = new Node(database).start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void answerComesWithATicketWhoseLeafVerifies() {
    var recorded = node.open(node.call(ONE), "c1");
    assertThat(recorded.repeated()).isFalse();
    var ticket = recorded.tickets().getFirst();
    assertThat(recorded.json().object("ticket")).contains(ticket.json());

    var shown = node.reader.entry(node.principal(ONE), ticket.logIndex());
    var entry = Entry.parse(shown.object("entry").orElseThrow());
    assertThat(entry.action()).isEqualTo("case.opened");
    assertThat(entry.actor()).isEqualTo("api_key:ck_1");
    assertThat(entry.time()).isEqualTo(node.clock.instant());
    assertThat(Leaf.hash(Leaf.commitment(ticket.salt().bytes(), entry.canonical())))
        .isEqualTo(ticket.leafHash());
    assertThat(node.recompute()).isEmpty();
  }

  @Test
  void entriesOfOneTransactionStayInOrder() {
    var recorded =
        node.ledger.transact(
            node.call(ONE),
            ATTEMPT,
            Rules.APPLY,
            transaction -> {
              for (int i = 0; i < 200; i++) {
                transaction.record(
                    "case.opened", "case", "c" + i, transaction.newId(), JsonObject.EMPTY);
              }
              return JsonObject.EMPTY;
            });
    var indexes = recorded.tickets().stream().map(Ticket::logIndex).toList();
    assertThat(indexes).isEqualTo(IntStream.range(0, 200).mapToObj(i -> (long) i).toList());
  }

  @Test
  void aPartThatFailsIsUndoneAloneAndLeavesRoomForTheRest() {
    var recorded =
        node.ledger.transact(
            node.call(ONE),
            ATTEMPT,
            Rules.APPLY,
            transaction -> {
              transaction.record(
                  "case.opened", "case", "c1", transaction.newId(), JsonObject.EMPTY);
              var other = Principal.system(ONE, "other");
              var within = transaction.as(other);
              assertThatThrownBy(() ->
                      within.part(
                          1,
                          () -> {
                            transaction
                                .handle()
                                .execute("create temporary table gone (id int) on commit drop");
                            for (int i = 0; i < 200; i++) {
                              within.record("a.b", "case", "x", within.newId(), JsonObject.EMPTY);
                            }
                            return true;
                          }))
                  .isInstanceOf(IllegalStateException.class);
              assertThat(
                      transaction
                          .handle()
                          .createQuery("select to_regclass('gone') is null")
                          .mapTo(Boolean.class)
                          .one())
                  .isTrue();
              within.part(
                  0,
                  () -> {
                    within.record("a.c", "case", "c1", within.newId(), JsonObject.EMPTY);
                    return true;
                  });
              return JsonObject.EMPTY;
            });
    var entries =
        recorded.tickets().stream()
            .map(ticket -> node.reader.entry(node.principal(ONE), ticket.logIndex()))
            .map(shown -> Entry.parse(shown.object("entry").orElseThrow()))
            .map(entry -> entry.action() + " " + entry.actor())
            .toList();
    assertThat(entries).containsExactly("case.opened api_key:ck_1", "a.c system:other");
  }

  @Test
  void refusalLeavesOnlyItsEntry() {
    for (var refusal :
        List.of(
            new Refusal.Conflict("wrong_state", "no"), new Refusal.Forbidden("not_yours", "no"))) {
      assertThatThrownBy(() ->
              node.ledger.transact(
                  node.call(ONE, "key" + refusal.code(), "b"),
                  ATTEMPT,
                  Rules.APPLY,
                  transaction -> {
                    transaction.record(
                        "case.opened", "case", "c1", transaction.newId(), JsonObject.EMPTY);
                    throw refusal;
                  }))
          .isSameAs(refusal);
    }
    assertThat(actions(ONE)).containsExactly("case.refused", "case.refused");
    var details =
        node.reader
            .entry(node.principal(ONE), 0)
            .object("entry")
            .flatMap(entry -> entry.object("details"));
    assertThat(details)
        .contains(Json.object().put("attempted", "case.opened").put("code", "wrong_state").build());
    assertThat(database.number("select count(*) from kernel.idempotency")).isZero();
  }

  @Test
  void otherExceptionsLeaveNothing() {
    for (var failure :
        List.of(
            new Refusal.NotFound("case", "c1"),
            new Refusal.Invalid("/a", "b", "c"),
            new IllegalStateException("a bug"))) {
      assertThatThrownBy(() ->
              node.ledger.transact(
                  node.call(ONE, "key", "body"),
                  ATTEMPT,
                  Rules.APPLY,
                  transaction -> {
                    transaction.record(
                        "case.opened", "case", "c1", transaction.newId(), JsonObject.EMPTY);
                    throw failure;
                  }))
          .isSameAs(failure);
    }
    node.open(node.call(ONE), "after");
    assertThat(actions(ONE)).containsExactly("case.opened");
    assertThat(database.number("select count(*) from kernel.idempotency")).isZero();
  }

  @Test
  void repetitionGetsTheSameAnswerAndTicket() {
    var call = node.call(ONE, "key", "body");
    var first = node.open(call, "c1");
    var again = node.open(call, "c1");
    assertThat(again.repeated()).isTrue();
    assertThat(again.json()).isEqualTo(first.json());
    assertThatThrownBy(() -> node.open(node.call(ONE, "key", "other"), "c2"))
        .isInstanceOf(Refusal.KeyReused.class);
    assertThat(actions(ONE)).containsExactly("case.opened");
  }

  @Test
  void concurrentRepetitionsGetOneAnswer() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<JsonObject>> calls =
          IntStream.range(0, 16)
              .<Callable<JsonObject>>mapToObj(
                  _ -> () -> node.open(node.call(ONE, "k", "b"), "c1").json())
              .toList();
      var answers = new ArrayList<JsonObject>();
      for (Future<JsonObject> answered : threads.invokeAll(calls)) {
        answers.add(answered.get());
      }
      assertThat(answers).hasSize(16).containsOnly(answers.getFirst());
    }
    assertThat(actions(ONE)).containsExactly("case.opened");
  }

  @Test
  void nothingIsWrittenWhileAppendsAreStopped() {
    node.state.stop("somebody has to look");
    assertThatThrownBy(() -> node.open(node.call(ONE), "c1"))
        .isInstanceOf(LedgerFailure.Stopped.class)
        .hasMessage("somebody has to look");
    assertThat(node.decisions.submit(node.decision(ONE))).isCompletedExceptionally();
    assertThat(database.number("select count(*) from ledger.pending")).isZero();
  }

  @Test
  void stopDuringTheWorkIsRefusedBeforeTheCommit() {
    assertThatThrownBy(() ->
            node.ledger.transact(
                node.call(ONE, "key", "body"),
                ATTEMPT,
                Rules.APPLY,
                transaction -> {
                  transaction.record(
                      "case.opened", "case", "c1", transaction.newId(), JsonObject.EMPTY);
                  node.state.stop("just now");
                  return JsonObject.EMPTY;
                }))
        .isInstanceOf(LedgerFailure.Stopped.class);
    assertThat(database.number("select count(*) from ledger.pending")).isZero();
    assertThat(database.number("select count(*) from kernel.idempotency")).isZero();
  }

  @Test
  void anotherTenantsEntryIsNotFound() {
    long index = node.open(node.call(ONE), "c1").tickets().getFirst().logIndex();
    assertThatThrownBy(() -> node.reader.entry(node.principal(TWO), index))
        .isInstanceOf(Refusal.NotFound.class);
    assertThatThrownBy(() -> node.reader.receipt(node.principal(TWO), index))
        .isInstanceOf(Refusal.NotFound.class);
    assertThat(actions(TWO)).isEmpty();
  }

  @Test
  void receiptVerifiesOffline() {
    for (int i = 0; i < 5; i++) {
      node.open(node.call(i % 2 == 0 ? ONE : TWO), "c" + i);
    }
    var receipt = Receipt.parse(node.reader.receipt(node.principal(ONE), 2));
    assertThat(receipt.entry().index()).isEqualTo(2);
    assertThat(receipt.verify(Node.KEY.verifier())).isInstanceOf(Verdict.Verified.class);
  }

  @Test
  void aReceiptThatWouldNotVerifyIsNotGivenAway() {
    node.decide(600, ONE);
    assertThat(node.reader.receipt(node.principal(ONE), 599)).isNotEmpty();
    var tile = "where level = 0 and n = 0";
    database.execute("create table untouched as select hashes from ledger.tile " + tile);
    database.execute(
        "update ledger.tile set hashes = sha256(hashes) || substring(hashes from 33) " + tile);
    assertThatThrownBy(() -> node.reader.receipt(node.principal(ONE), 5))
        .isInstanceOf(MalformedLedgerData.class)
        .hasMessageContaining("run `countersign ledger fsck`");
    database.execute("update ledger.tile set hashes = (select hashes from untouched) " + tile);
    var receipt = Receipt.parse(node.reader.receipt(node.principal(ONE), 5));
    assertThat(receipt.verify(Node.KEY.verifier())).isInstanceOf(Verdict.Verified.class);
  }

  @Test
  void exportVerifiesOffline(@TempDir Path folder) throws IOException {
    node.decide(1_200, ONE, TWO);
    var export = new ExportLedger(node.ledger, node.reader, node.transactions, Node.ORIGIN);
    var lines = new ArrayList<String>();
    export.write(export.prepare(node.call(ONE), ExportLedger.Wanted.ALL), lines::add);
    var whole = Files.writeString(folder.resolve("whole.jsonl"), text(lines));
    assertThat(new ExportVerifier(Node.keys()).verify(whole, (_, _) -> {}))
        .isInstanceOfSatisfying(
            Verdict.Verified.class,
            verified -> {
              assertThat(verified.entries()).isEqualTo(600);
              assertThat(verified.unproven()).isEmpty();
            });
    lines.remove(200);
    var omitted = Files.writeString(folder.resolve("omitted.jsonl"), text(lines));
    assertThat(new ExportVerifier(Node.keys()).verify(omitted, (_, _) -> {}))
        .isInstanceOf(Verdict.Refused.class);
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  @Test
  void searchFindsWhatItIsAskedFor() {
    for (int i = 0; i < 5; i++) {
      node.open(node.call(ONE), "c" + i);
    }
    var nothing = Optional.<String>empty();
    var byId =
        new SearchEntries.Filter(
            Optional.empty(),
            Optional.of("case.opened"),
            Optional.of("api_key:ck_1"),
            Optional.of("case"),
            Optional.of("c3"),
            Optional.empty(),
            Optional.empty());
    assertThat(node.search.page(node.principal(ONE), byId, Optional.empty(), 10).items("entries"))
        .hasSize(1);
    var all =
        new SearchEntries.Filter(
            Optional.empty(),
            nothing,
            nothing,
            nothing,
            nothing,
            Optional.empty(),
            Optional.empty());
    var page = node.search.page(node.principal(ONE), all, Optional.empty(), 3);
    assertThat(page.items("entries")).hasSize(3);
    assertThat(page.text("next_cursor")).contains("2");
    var rest = node.search.page(node.principal(ONE), all, Optional.of(2L), 3);
    assertThat(rest.items("entries")).hasSize(2);
    assertThat(rest.text("next_cursor")).isEmpty();
  }

  /// PostgreSQL's own JSON cannot hold U+0000; one such entry must not spoil the search for all.
  @Test
  void searchSurvivesAnyTextInDetails() {
    for (var text : List.of("a\u0000b", "\\u0000", "\\\u0000", "\"\\")) {
      node.ledger.transact(
          node.call(ONE),
          ATTEMPT,
          Rules.APPLY,
          transaction -> {
            transaction.record(
                "case.opened",
                "case",
                "odd",
                transaction.newId(),
                Json.object().put("text", text).build());
            return JsonObject.EMPTY;
          });
    }
    var filter =
        new SearchEntries.Filter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("odd"),
            Optional.empty(),
            Optional.empty());
    assertThat(node.search.page(node.principal(ONE), filter, Optional.empty(), 10).items("entries"))
        .hasSize(4);
  }

  private List<String> actions(TenantId tenant) {
    var all =
        new SearchEntries.Filter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return node
        .search
        .page(node.principal(tenant), all, Optional.empty(), 100)
        .items("entries")
        .stream()
        .map(entry -> JsonReader.readObject(entry.toString()).object("entry").orElseThrow())
        .map(entry -> entry.text("action").orElseThrow())
        .toList();
  }

  @Test
  void chainsBeginWithZero() {
    node.open(node.call(ONE), "c1");
    node.open(node.call(TWO), "c2");
    for (var tenant : List.of(ONE, TWO)) {
      long index = tenant.equals(ONE) ? 0 : 1;
      var entry =
          Entry.parse(
              node.reader.entry(node.principal(tenant), index).object("entry").orElseThrow());
      assertThat(entry.tenantSeq()).isZero();
      assertThat(entry.previous()).isEqualTo(Digest.ZERO);
    }
  }
}
