package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.store.KeptCheckpoints;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Random tamperings of every stored column of the log, all from one seed: `fsck` finds each, and
/// calls it by its name.
///
/// `-Dcountersign.tamperings=10000` is what `benchmarks/tamper.sh` runs; `-Dproperty.seed` replays.
class StoredTamperingTest {
  private static final int FEW = 100;
  private static final TenantId ONE = StoredTamperings.ONE;
  private static final TenantId TWO = StoredTamperings.TWO;

  /// What says nothing of the log, or can't be known from it.
  private static final Map<String, String> EXEMPT =
      Map.ofEntries(
          Map.entry("log", "every start compares it with the signing key"),
          Map.entry("log_key", "every start compares it with the key files"),
          Map.entry("head.one_row", "is a constraint"),
          Map.entry("leaf_batch.batch_id", "only tells whether a commit took place"),
          Map.entry("pending", "is not in the log yet"),
          Map.entry("checkpoint.signed_at", "says when it may be forgotten"),
          Map.entry("witness", "says whom to ask again and when"),
          Map.entry("own_witness", "every start compares it with the key files"),
          Map.entry("watched_log", "is about other logs"),
          Map.entry("alarm", "is what was offered to us, with its evidence"),
          Map.entry("retention", "is a setting"),
          Map.entry("retention_in_force", "is a setting of then"),
          Map.entry("hold", "says what must stay, not what was logged"),
          Map.entry("held", "says when content that is on hold would have gone"),
          Map.entry("erasure.erasure_id", "the log has the entry of the erasure"),
          Map.entry("erasure.erased_at", "the log has the entry of the erasure"),
          Map.entry("erasure.reason", "the log has the entry of the erasure"),
          Map.entry("content_key", "says which secret is whose; what it opens is checked itself"),
          Map.entry("growth", "says which partitions a query reads"),
          Map.entry("entry_day", "says which partitions there are"),
          Map.entry("entry_day_made", "says which partitions there were"),
          Map.entry("entry.expires_on", "says when content goes, not what was logged"),
          Map.entry("expired.day", "says when content went, not what was logged"));

  @Test
  void everyTamperingOfTheDatabaseIsFoundAndNamed() throws SQLException {
    int count = Integer.getInteger("countersign.tamperings", FEW);
    long seed = Long.getLong("property.seed", new SplittableRandom().nextLong());
    var random = new SplittableRandom(seed);
    var database = LedgerDatabase.create();
    var note = fill(database);
    var tamperings = new StoredTamperings(database);
    assertThat(fsck(database, note)).isInstanceOf(Fsck.Finding.Sound.class);

    var kinds = new TreeMap<String, Integer>();
    try (var connection = database.database().superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      for (int i = 0; i < count; i++) {
        var tampering = tamperings.next(random);
        kinds.merge(tampering.column(), 1, Integer::sum);
        int changed = statement.executeUpdate(tampering.sql());
        var what = "tampering %d of -Dproperty.seed=%d: %s".formatted(i, seed, tampering.sql());
        assertThat(changed).as(what).isPositive();
        assertThat(fsck(database, note))
            .as(what)
            .isInstanceOfSatisfying(
                Fsck.Finding.Damaged.class,
                damaged ->
                    assertThat(tampering.parts())
                        .as("%s: %s", what, damaged)
                        .contains(damaged.first().part()));
        statement.execute(
            "delete from ledger.%s; insert into ledger.%s select * from saved.%s"
                .replace("%s", tampering.table()));
      }
    }
    assertThat(fsck(database, note)).isInstanceOf(Fsck.Finding.Sound.class);
    System.out.printf(
        "%,d tamperings of a database, all found and named: %s; seed %d%n", count, kinds, seed);
  }

  @Test
  void everyColumnIsTamperedWithOrSaidNotToMatter() throws SQLException {
    var database = LedgerDatabase.create();
    fill(database);
    var tamperings = new StoredTamperings(database);
    var random = new SplittableRandom(1);
    var tampered = new TreeSet<String>();
    for (int i = 0; i < 2_000; i++) {
      tampered.add(tamperings.next(random).column());
    }
    try (var connection = database.database().superuserDataSource().getConnection()) {
      assertThat(columns(connection))
          .allSatisfy(column ->
              assertThat(
                      tampered.contains(column)
                          || EXEMPT.containsKey(column)
                          || EXEMPT.containsKey(column.split("\\.")[0]))
                  .as(column)
                  .isTrue());
    }
  }

  private static List<String> columns(Connection connection) throws SQLException {
    var columns = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
                where c.relnamespace = 'ledger'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                  and a.attnum > 0 and not a.attisdropped and c.relname <> 'flyway_schema_history'\
                """)) {
      while (row.next()) {
        columns.add(row.getString(1));
      }
    }
    return columns;
  }

  /// Some 300 entries of two tenants, so that a tile is full and others are not; a few have
  /// expired, one was erased.
  private static SignedNote fill(LedgerDatabase database) throws SQLException {
    SignedNote note;
    try (var node = new Node(database).start();
        var connection = database.as(DatabaseRole.APP).getConnection()) {
      var kept = new KeptCheckpoints(connection);
      for (int i = 1; i <= 6; i++) {
        node.decide(50, ONE, TWO);
        node.open(node.call(TWO), "c" + i);
        kept.keep(51L * i, node.covered(51L * i).note());
      }
      note = node.covered(306).note();
    }
    database.execute(
        """
        insert into ledger.expired (tenant_id, first_index, last_index, offsets, day)
        select tenant_id, min(log_index), max(log_index), array_agg(log_index - 20 order by log_index), date '2026-01-01'
        from ledger.entry where tenant_id = '%s' and log_index in (20, 22, 24) group by tenant_id;
        delete from ledger.entry where tenant_id = '%s' and log_index in (20, 22, 24);
        insert into ledger.erasure (tenant_id, log_index, erasure_id, erased_at, reason)
        select tenant_id, log_index, gen_random_uuid(), now(), 'asked for' from ledger.entry where log_index = 30;
        update ledger.entry set sealed = null where log_index = 30;
        create schema saved;
        create table saved.erasure as select * from ledger.erasure;
        create table saved.entry as select * from ledger.entry;
        create table saved.leaf_batch as select * from ledger.leaf_batch;
        create table saved.tile as select * from ledger.tile;
        create table saved.head as select * from ledger.head;
        create table saved.chain as select * from ledger.chain;
        create table saved.checkpoint as select * from ledger.checkpoint;
        create table saved.expired as select * from ledger.expired\
        """
            .replace("%s", ONE.toString()));
    return note;
  }

  private static Fsck.Finding fsck(LedgerDatabase database, SignedNote note) {
    return new Fsck(database.as(DatabaseRole.FSCK), Optional.of(database.keys()))
        .run(List.of(note), Node.keys(), (_, _) -> {});
  }
}
