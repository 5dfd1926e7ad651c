package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.Verdict;
import dev.countersign.ledger.store.EntryDays;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The content of decisions goes on its day, and everything that is proved stays proved.
class RetentionTest {
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final TenantId TWO = LedgerDatabase.TENANTS.get(1);

  private final LedgerDatabase database = LedgerDatabase.create();
  private final Node node = new Node(database).start();
  private final Retention retention =
      new Retention(
          database.as(DatabaseRole.MAINTENANCE), node.content, node.ledger, node.transactions);

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void dayIsFixedWhenADecisionIsWritten() {
    node.decide(1, ONE);
    retention.set(node.call(ONE), decisions(5));
    node.decide(2, ONE, TWO);
    assertThat(
            database.number(
                "select expires_on - current_date from ledger.entry where log_index = 0"))
        .isEqualTo(91);
    assertThat(
            database.number(
                "select expires_on - current_date from ledger.entry where log_index = 2"))
        .as("from then on")
        .isEqualTo(6);
    assertThat(
            database.number(
                "select expires_on - current_date from ledger.entry where log_index = 3"))
        .as("of another tenant")
        .isEqualTo(91);
    assertThat(retention.show(node.principal(ONE)).toString())
        .isEqualTo("{\"days\":{\"decision.made\":5}}");
    assertThat(kept()).as("what is no decision").isEqualTo(1);
  }

  @Test
  void whatIsNeededToLeavePartitionsOutIsWrittenDown() {
    node.decide(3, ONE);
    retention.maintain();
    assertThat(database.number("select max(size) from ledger.growth")).isEqualTo(3);
    retention.set(node.call(ONE), decisions(5));
    retention.set(node.call(ONE), decisions(400));
    retention.set(node.call(ONE), decisions(30));
    assertThat(database.number("select shortest from ledger.retention_in_force")).isEqualTo(5);
    assertThat(database.number("select longest from ledger.retention_in_force")).isEqualTo(400);
    assertThat(
            database.number(
                "select count(*) from ledger.entry_day left join ledger.entry_day_made using (day) where made_at is null"))
        .isZero();
  }

  @Test
  void withoutAPartitionContentIsKept() {
    database.execute("delete from ledger.entry_day");
    node.decide(1, ONE);
    assertThat(kept()).isEqualTo(1);
    assertThat(node.recompute()).isEmpty();
  }

  @Test
  void whatIsOverIsDroppedAndStaysProved() throws IOException {
    node.decide(40, ONE, TWO);
    node.open(node.call(ONE), "c1");
    expire("log_index % 3 = 0");
    var before = export();
    assertThat(verified(before).erased()).isZero();

    assertThat(retention.maintain()).hasSize(1);

    assertThat(database.number("select count(*) from ledger.entry")).isEqualTo(42 - 14);
    assertThat(node.recompute()).isEmpty();
    assertThat(((Fsck.Finding.Sound) fsck()).erased()).isEqualTo(14);
    node.decide(4, ONE, TWO);
    var after = verified(export());
    assertThat(after.erased()).isEqualTo(7);
    assertThat(after.entries()).isEqualTo(20 + 1 + 1 + 2);
    assertThat(
            node.reader.entry(node.principal(ONE), 0).object("erased").orElseThrow().text("reason"))
        .contains("retention");
    assertThat(retention.maintain()).as("a second time").isEmpty();
  }

  @Test
  void removedEntryIsNotTakenForAnExpiredOne() {
    node.decide(6, ONE);
    expire("log_index = 2");
    retention.maintain();
    database.execute("delete from ledger.entry where log_index = 4");
    assertThat(fsck()).isInstanceOf(Fsck.Finding.Damaged.class);
  }

  @Test
  void interruptedDropIsFinished() throws SQLException {
    node.decide(10, ONE);
    expire("log_index < 5");
    // Written down, and no further.
    try (var days = new EntryDays(database.as(DatabaseRole.MAINTENANCE), node.content)) {
      days.recordExpired(days.over().getFirst());
    }
    assertThat(((Fsck.Finding.Sound) fsck()).erased()).isZero();
    // And then the day is gone, but not its table.
    database.execute("delete from ledger.entry_day where day <= current_date");
    retention.maintain();
    assertThat(database.number("select count(*) from ledger.entry")).isEqualTo(5);
    assertThat(((Fsck.Finding.Sound) fsck()).erased()).isEqualTo(5);
    assertThat(
            database.number(
                "select count(*) from pg_class where relname = 'entry_' || to_char(current_date - 1, 'YYYYMMDD')"))
        .isZero();
  }

  @Test
  void writingDownThatWasInterruptedBetweenPagesGoesOn() throws SQLException, IOException {
    node.decide(11_000, ONE, TWO);
    expire("true");
    try (var days = new EntryDays(database.as(DatabaseRole.MAINTENANCE), node.content)) {
      days.recordExpired(days.over().getFirst());
    }
    assertThat(database.number("select count(*) from ledger.expired"))
        .as("pages, of which one holds the end of one tenant and the beginning of the other")
        .isEqualTo(4);
    // As if it had ended after the first page.
    database.execute(
        "delete from ledger.expired where (tenant_id, first_index) <> (select tenant_id, first_index from ledger.expired order by 1, 2 limit 1)");
    retention.maintain();
    assertThat(database.number("select count(*) from ledger.entry")).isZero();
    assertThat(((Fsck.Finding.Sound) fsck()).erased()).isEqualTo(11_000);
    assertThat(verified(export()).erased()).isEqualTo(5_500);
  }

  @Test
  void pagesOfAnotherSizeBeforeAnInterruptionLoseNothing() {
    node.decide(40, ONE, TWO);
    expire("true");
    database.execute(
        """
        insert into ledger.expired (tenant_id, first_index, last_index, offsets, day)
        values ('%s', 0, 4, '{0,2,4}', current_date - 1)\
        """
            .formatted(ONE));
    retention.maintain();
    assertThat(((Fsck.Finding.Sound) fsck()).erased()).isEqualTo(40);
    assertThat(database.number("select sum(cardinality(offsets)) from ledger.expired"))
        .isEqualTo(40);
  }

  @Test
  void exportOpensAFewRowsOfWhatExpiredAtATime() throws IOException {
    node.decide(90, ONE, TWO);
    expire("log_index % 6 <> 0");
    retention.maintain();
    database.execute(
        """
        create temporary table one_each as
          select tenant_id, first_index + o as log_index, day from ledger.expired, unnest(offsets) o;
        delete from ledger.expired;
        insert into ledger.expired select tenant_id, log_index, log_index, '{0}', day from one_each\
        """);
    var verified = verified(export());
    assertThat(verified.erased()).isEqualTo(30);
    assertThat(verified.entries()).isEqualTo(45);
  }

  @Test
  void whatIsKeptForLongGoesOnTheFirstOfAMonth() {
    retention.set(node.call(ONE), decisions(400));
    node.decide(1, ONE);
    assertThat(
            database.number(
                "select expires_on - current_date from ledger.entry where action = 'decision.made'"))
        .isBetween(401L, 401L + 31);
    assertThat(
            database.number(
                "select extract(day from expires_on) from ledger.entry where action = 'decision.made'"))
        .isEqualTo(1);
  }

  @Test
  void partitionsStayFewWhateverTenantsChoose() {
    try (var days = new EntryDays(database.as(DatabaseRole.MAINTENANCE), node.content)) {
      for (int chosen = 1; chosen <= 3650; chosen += 12) {
        days.prepare(14, new TreeSet<>(List.of(chosen)));
      }
    }
    assertThat(database.number("select count(*) from ledger.entry_day")).isLessThanOrEqualTo(230);
  }

  @Test
  void partitionOfADayToComeIsNeverTakenForALeftOver() {
    database.execute(
        """
        set local role countersign_maintenance;
        select ledger.add_entry_day(current_date + 30);
        delete from ledger.entry_day where day = current_date + 30\
        """);
    retention.maintain();
    assertThat(
            database.number(
                "select count(*) from pg_class where relname = 'entry_' || to_char(current_date + 30, 'YYYYMMDD')"))
        .isEqualTo(1);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    for (var wrong :
        List.of(
            "{\"decision.made\":0}",
            "{\"decision.made\":3651}",
            "{\"decision.made\":1.5}",
            "{\"decision.made\":\"5\"}",
            "{\"decision\":5}",
            "{\"Decision.made\":5}",
            "{\"ledger.content_erased\":5}",
            "{\"hold.set\":5}",
            "{\"case.opend\":5}")) {
      var body = JsonReader.readObject("{\"days\":%s}".formatted(wrong));
      assertThatThrownBy(() -> Retention.parse(body, RetentionTest::mistyped))
          .as(wrong)
          .isInstanceOf(Refusal.Invalid.class);
    }
    assertThat(
            Retention.parse(
                JsonReader.readObject(
                    "{\"days\":{\"decision.made\":3650,\"case.opened\":null,\"hold.set\":null}}"),
                RetentionTest::mistyped))
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "decision.made",
                    Optional.of(3650),
                    "case.opened",
                    Optional.empty(),
                    "hold.set",
                    Optional.empty())));
  }

  private static Optional<String> mistyped(String action) {
    return action.endsWith("opend") ? Optional.of("no entry has it") : Optional.empty();
  }

  @Test
  void everyActionHasItsOwnDays() {
    var settings = new TreeMap<String, Optional<Integer>>();
    settings.put("decision.made", Optional.empty());
    settings.put("case.opened", Optional.of(7));
    retention.set(node.call(ONE), settings);
    node.decide(1, ONE);
    node.open(node.call(ONE), "c1");
    node.open(node.call(TWO), "c2");
    assertThat(day(1)).as("decisions for ever").isEqualTo("infinity");
    assertThat(
            database.number(
                "select expires_on - current_date from ledger.entry where log_index = 2"))
        .as("a case, by the sequencer")
        .isEqualTo(8);
    assertThat(day(3)).as("another tenant's case").isEqualTo("infinity");
    // Nothing named: each action has its default again.
    retention.set(node.call(ONE), new TreeMap<>());
    node.decide(1, ONE);
    node.open(node.call(ONE), "c3");
    assertThat(
            database.number(
                "select expires_on - current_date from ledger.entry where log_index = 5"))
        .isEqualTo(91);
    assertThat(day(6)).isEqualTo("infinity");
  }

  @Test
  void whatWaitsForItsIndexKeepsItsDayFromEnding() throws SQLException {
    node.decide(1, ONE);
    expire("true");
    node.close();
    database.execute(
        """
        insert into ledger.pending (tenant_id, id, sealed, expires_on)
        select tenant_id, id, sealed, expires_on from ledger.entry\
        """);
    assertThat(retention.maintain()).isEmpty();
    assertThat(database.number("select count(*) from ledger.entry")).isEqualTo(1);
    database.execute("delete from ledger.pending");
    assertThat(retention.maintain()).hasSize(1);
  }

  @Test
  void logOfTheFirstVersionIsCarriedOver() throws SQLException {
    var old =
        TestPostgres.database(
            "ledger_v1",
            database -> {
              try (var admin = database.superuserDataSource().getConnection();
                  var statement = admin.createStatement()) {
                for (var role : DatabaseRole.values()) {
                  role.ensure(admin, LedgerDatabase.PASSWORD);
                }
                var owner = DatabaseRole.OWNER.login();
                statement.execute(
                    "alter database %s owner to %s".formatted(database.name(), owner));
                var source = database.dataSource(owner, LedgerDatabase.PASSWORD);
                Schema.migrate(source, List.of(Schema.KERNEL));
                ledger(source, "1").migrate();
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    var log = new LedgerDatabase(old);
    log.execute(
        """
        insert into ledger.entry (tenant_id, log_index, id, correlation_id, time, action, salt, content)
        select '00000000-0000-7000-8000-000000000001', n, gen_random_uuid(), gen_random_uuid(), now() - n * interval '1 day',
          case n % 2 when 0 then 'decision.made' else 'case.opened' end, 's', 'c' from generate_series(0, 9) n\
        """);
    var owner = old.dataSource(DatabaseRole.OWNER.login(), LedgerDatabase.PASSWORD);
    ledger(owner, "6").migrate();
    assertThat(log.number("select count(*) from ledger.entry")).isEqualTo(10);
    assertThat(log.number("select count(*) from ledger.entry where expires_on = 'infinity'"))
        .isEqualTo(5);
    assertThat(
            log.number(
                "select count(*) from ledger.entry where expires_on = (time at time zone 'utc')::date + 91"))
        .isEqualTo(5);
    assertThat(log.number("select count(*) from pg_class where relname = 'entry_of_v1'")).isZero();
    // What was written before content was sealed would stay readable in its backups.
    assertThatThrownBy(() -> Schema.migrate(owner, List.of(LedgerSchema.SCHEMA)))
        .hasMessageContaining("start with a new data directory");
    assertThat(log.number("select count(*) from ledger.entry where content is not null"))
        .as("nothing was changed")
        .isEqualTo(10);
  }

  private static Flyway ledger(DataSource owner, String target) {
    return Flyway.configure()
        .dataSource(owner)
        .schemas("ledger")
        .defaultSchema("ledger")
        .locations("classpath:db/ledger")
        .target(target)
        .load();
  }

  /// Content goes, and what proves that something stood there stays.
  @Test
  void anEntryThatExpiredKeepsItsReceipt() {
    node.decide(9, ONE, TWO);
    expire("log_index < 4");
    retention.maintain();
    node.covered(9);
    var receipt = Receipt.parse(node.reader.receipt(node.principal(ONE), 2));
    assertThat(receipt.verify(Node.KEY.verifier()))
        .isInstanceOfSatisfying(
            Verdict.Verified.class, verified -> assertThat(verified.erased()).isOne());
    assertThatThrownBy(() -> node.reader.receipt(node.principal(ONE), 1))
        .isInstanceOf(Refusal.NotFound.class);
  }

  private static SortedMap<String, Optional<Integer>> decisions(int days) {
    return new TreeMap<>(Map.of("decision.made", Optional.of(days)));
  }

  private String day(long logIndex) {
    return database.text("select expires_on::text from ledger.entry where log_index = " + logIndex);
  }

  private long kept() {
    return database.number("select count(*) from ledger.entry where expires_on = 'infinity'");
  }

  /// As if it had been written long ago: nobody knows when.
  private void expire(String which) {
    database.expire(node.content, "action = 'decision.made' and " + which);
  }

  private Fsck.Finding fsck() {
    return new Fsck(database.as(DatabaseRole.FSCK), Optional.of(node.content))
        .run(List.of(), Node.keys(), (_, _) -> {});
  }

  private Path export() throws IOException {
    var export = new ExportLedger(node.ledger, node.reader, node.transactions, Node.ORIGIN);
    var lines = new ArrayList<String>();
    export.write(export.prepare(node.call(ONE), ExportLedger.Wanted.ALL), lines::add);
    var file = Files.createTempFile(Path.of("target"), "export", ".jsonl");
    Files.writeString(file, String.join("\n", lines) + "\n");
    return file;
  }

  private static Verdict.Verified verified(Path export) throws IOException {
    var verdict = new ExportVerifier(Node.keys()).verify(export, (_, _) -> {});
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    return (Verdict.Verified) verdict;
  }
}
