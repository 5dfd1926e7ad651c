package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.LogRecomputation.Part;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.store.KeptCheckpoints;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Random tamperings of every stored column of the log, all from one seed: `fsck` finds each, and
/// calls it by its name.
///
/// `-Dcountersign.tamperings=10000` is what `benchmarks/tamper.sh` runs; `-Dproperty.seed` replays.
class StoredTamperingTest {
  private static final int FEW = 100;
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final TenantId TWO = LedgerDatabase.TENANTS.get(1);

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

  private record Tampering(String column, String sql, Set<Part> parts) {}

  @Test
  void everyTamperingOfTheDatabaseIsFoundAndNamed() throws SQLException {
    int count = Integer.getInteger("countersign.tamperings", FEW);
    long seed = Long.getLong("property.seed", new SplittableRandom().nextLong());
    var random = new SplittableRandom(seed);
    var database = LedgerDatabase.create();
    var note = fill(database);
    var log = new Log(database);
    assertThat(fsck(database, note)).isInstanceOf(Fsck.Finding.Sound.class);

    var kinds = new TreeMap<String, Integer>();
    try (var connection = database.database().superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      for (int i = 0; i < count; i++) {
        var tampering = log.tampering(random);
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
        var table = tampering.column().split("\\.")[0];
        statement.execute(
            "delete from ledger.%s; insert into ledger.%s select * from saved.%s"
                .replace("%s", table));
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
    var log = new Log(database);
    var random = new SplittableRandom(1);
    var tampered = new java.util.TreeSet<String>();
    for (int i = 0; i < 2_000; i++) {
      tampered.add(log.tampering(random).column());
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

  /// Writes the statements.
  private static final class Log {
    private final List<Long> entries = new ArrayList<>();
    private final List<Long> batches = new ArrayList<>();

    Log(LedgerDatabase database) throws SQLException {
      try (var connection = database.database().superuserDataSource().getConnection();
          var statement = connection.createStatement()) {
        try (var row =
            statement.executeQuery(
                "select log_index from saved.entry where sealed is not null order by 1")) {
          while (row.next()) {
            entries.add(row.getLong(1));
          }
        }
        try (var row =
            statement.executeQuery("select first_index from saved.leaf_batch order by 1")) {
          while (row.next()) {
            batches.add(row.getLong(1));
          }
        }
      }
    }

    Tampering tampering(RandomGenerator random) {
      return switch (random.nextInt(8)) {
        case 0, 1 -> entry(random);
        case 2 -> batch(random);
        case 3 -> tile(random);
        case 4 -> random.nextBoolean() ? head(random) : chain(random);
        case 5 -> erasure(random);
        case 6 -> checkpoint(random);
        default -> expired(random);
      };
    }

    private Tampering entry(RandomGenerator random) {
      long one = entries.get(random.nextInt(entries.size()));
      long other = entries.get(random.nextInt(entries.size()));
      long apart = other == one ? (one == 0 ? 1 : 0) : other;
      var where = " where log_index = " + one;
      // Without its last entry a log is as one whose head was set too far.
      var missing = one == entries.getLast() ? Part.HEAD : Part.INDEX;
      return switch (random.nextInt(15)) {
        case 0 ->
            set(
                "entry.tenant_id",
                "case tenant_id when '"
                    + ONE
                    + "' then '"
                    + TWO
                    + "'::uuid else '"
                    + ONE
                    + "'::uuid end",
                where,
                Part.CONTENT);
        case 1 -> set("entry.log_index", "log_index + 1000", where, missing);
        case 2 -> set("entry.id", "gen_random_uuid()", where, Part.CONTENT);
        case 3 -> set("entry.correlation_id", "gen_random_uuid()", where, Part.CONTENT);
        case 4 -> set("entry.time", "time + interval '1 microsecond'", where, Part.CONTENT);
        case 5 -> set("entry.action", "'other.thing'", where, Part.CONTENT);
        case 6 -> set("entry.tenant_seq", "tenant_seq + 1", where, Part.CONTENT);
        case 7 ->
            set("entry.previous", flipped("previous", random.nextInt(32)), where, Part.CONTENT);
        case 8 -> set("entry.sealed", "null", where, Part.CONTENT);
        case 9 ->
            set(
                "entry.sealed",
                flipped("sealed", random.nextInt(300) + " % octet_length(sealed)"),
                where,
                Part.CONTENT);
        case 10 ->
            new Tampering("entry.log_index", "delete from ledger.entry" + where, Set.of(missing));
        case 11 ->
            new Tampering(
                "entry.tenant_id",
                "insert into ledger.entry select '%s', log_index, id, correlation_id, time, action, expires_on, tenant_seq, previous, sealed from ledger.entry%s"
                    .formatted(
                        random.nextBoolean()
                            ? LedgerDatabase.TENANTS.get(2)
                            : "00000000-0000-7000-8000-0000000000ff",
                        where),
                Set.of(Part.INDEX, Part.CONTENT));
        case 12 ->
            new Tampering(
                "entry.log_index",
                "insert into ledger.entry select tenant_id, log_index, id, correlation_id, time, action, case when expires_on = 'infinity' then (select max(day) from ledger.entry_day) else 'infinity' end, tenant_seq, previous, sealed from ledger.entry"
                    + where,
                Set.of(Part.INDEX, Part.CONTENT));
        case 13 ->
            set("entry.sealed", "substr(sealed, 1, length(sealed) - 1)", where, Part.CONTENT);
        default ->
            new Tampering(
                "entry.sealed",
                "update ledger.entry e set sealed = o.sealed from saved.entry o where (e.log_index, o.log_index) in ((%d, %d), (%d, %d))"
                    .formatted(one, apart, apart, one),
                Set.of(Part.CONTENT));
      };
    }

    private Tampering batch(RandomGenerator random) {
      long one = batches.get(random.nextInt(batches.size()));
      var where = " where first_index = " + one;
      return switch (random.nextInt(6)) {
        case 0 -> set("leaf_batch.first_index", "first_index + 100000", where, Part.INDEX);
        // An entry that expired has no content that could contradict its leaf, but one behind it.
        case 1 ->
            set(
                "leaf_batch.commitments",
                flipped("commitments", random.nextInt(32)),
                where,
                Part.CONTENT,
                Part.TENANT_CHAIN);
        case 2 ->
            set(
                "leaf_batch.commitments",
                "substr(commitments, 1, length(commitments) - 32)",
                where,
                Part.INDEX);
        case 3 ->
            set(
                "leaf_batch.commitments",
                "commitments || sha256(commitments)",
                where,
                Part.INDEX,
                Part.CONTENT);
        case 4 ->
            new Tampering(
                "leaf_batch.first_index",
                "delete from ledger.leaf_batch" + where,
                Set.of(Part.INDEX));
        default ->
            new Tampering(
                "leaf_batch.first_index",
                "insert into ledger.leaf_batch select first_index + %d, gen_random_uuid(), commitments from ledger.leaf_batch%s"
                    .formatted(random.nextBoolean() ? 1000 : 1_000_000, where),
                Set.of(Part.INDEX));
      };
    }

    private Tampering tile(RandomGenerator random) {
      int level = random.nextInt(2);
      var where = " where level = " + level;
      return switch (random.nextInt(7)) {
        case 0 -> set("tile.level", "level + 2", where, Part.TILE);
        case 1 -> set("tile.n", "n + 1", where, Part.TILE);
        case 2 ->
            set(
                "tile.hashes",
                flipped("hashes", random.nextInt(level == 0 ? 8192 : 32)),
                where,
                Part.TILE);
        case 3 -> set("tile.hashes", "substr(hashes, 1, length(hashes) - 32)", where, Part.TILE);
        case 4 -> set("tile.hashes", "hashes || sha256(hashes)", where, Part.TILE);
        case 5 -> new Tampering("tile.n", "delete from ledger.tile" + where, Set.of(Part.TILE));
        default ->
            new Tampering(
                "tile.n",
                "insert into ledger.tile select level, n + %d, hashes from ledger.tile%s"
                    .formatted(random.nextInt(2, 1_000), where),
                Set.of(Part.INDEX));
      };
    }

    private Tampering head(RandomGenerator random) {
      return switch (random.nextInt(4)) {
        case 0 -> set("head.size", "size + " + random.nextInt(1, 300), "", Part.HEAD);
        case 1 -> set("head.size", "size - " + random.nextInt(1, 300), "", Part.HEAD);
        case 2 -> set("head.range", flipped("range", random.nextInt(64)), "", Part.HEAD);
        // An old head is one that was true: the root of the first full tile.
        default ->
            new Tampering(
                "head.range",
                "update ledger.head set size = 256, range = (select substr(hashes, 1, 32) from ledger.tile where level = 1)",
                Set.of(Part.CHECKPOINT));
      };
    }

    private Tampering chain(RandomGenerator random) {
      var where = " where tenant_id = '" + (random.nextBoolean() ? ONE : TWO) + "'";
      return switch (random.nextInt(5)) {
        case 0 ->
            set("chain.next_seq", "next_seq + " + random.nextInt(1, 9), where, Part.TENANT_CHAIN);
        case 1 ->
            set("chain.next_seq", "next_seq - " + random.nextInt(1, 9), where, Part.TENANT_CHAIN);
        case 2 ->
            set(
                "chain.leaf_hash",
                flipped("leaf_hash", random.nextInt(32)),
                where,
                Part.TENANT_CHAIN);
        // Without its chain a tenant's entries are not looked for.
        case 3 -> set("chain.tenant_id", "gen_random_uuid()", where, Part.INDEX);
        default ->
            new Tampering(
                "chain.tenant_id", "delete from ledger.chain" + where, Set.of(Part.INDEX));
      };
    }

    private Tampering checkpoint(RandomGenerator random) {
      long one = 51L * random.nextInt(1, 7);
      long other = one == 306 ? 51 : one + 51;
      int at = random.nextInt(1, 170);
      var where = " where size = " + one;
      return switch (random.nextInt(7)) {
        case 0 -> set("checkpoint.size", "size + " + random.nextInt(1, 50), where, Part.CHECKPOINT);
        case 1 ->
            set("checkpoint.size", "size + " + random.nextInt(307, 999), where, Part.CHECKPOINT);
        case 2 ->
            set(
                "checkpoint.witnesses",
                "witnesses + " + random.nextInt(1, 9),
                where,
                Part.CHECKPOINT);
        case 3 ->
            set(
                "checkpoint.note",
                "overlay(note placing case substr(note, %d, 1) when 'x' then 'y' else 'x' end from %d)"
                    .formatted(at, at),
                where,
                Part.CHECKPOINT);
        case 4 -> set("checkpoint.note", "substr(note, 1, " + at + ")", where, Part.CHECKPOINT);
        case 5 ->
            set(
                "checkpoint.note",
                "(select note from saved.checkpoint where size = " + other + ")",
                where,
                Part.CHECKPOINT);
        // A root that this log never had, signed by its own key; also over more than it has.
        default -> {
          long size = random.nextLong(1, 400);
          byte[] root = new byte[Digest.LENGTH];
          random.nextBytes(root);
          var text = new Checkpoint(Node.ORIGIN, size, Digest.of(root), List.of()).text();
          yield new Tampering(
              "checkpoint.note",
              "insert into ledger.checkpoint (size, note) values (%d, '%s') on conflict (size) do update set note = excluded.note"
                  .formatted(size, SignedNote.sign(text, List.of(Node.KEY))),
              Set.of(Part.CHECKPOINT));
        }
      };
    }

    private Tampering expired(RandomGenerator random) {
      return switch (random.nextInt(6)) {
        case 0 -> set("expired.tenant_id", "'" + TWO + "'", "", Part.TENANT_CHAIN);
        case 1 -> set("expired.first_index", "first_index + 1", "", Part.INDEX);
        case 2 ->
            set("expired.last_index", "last_index + " + random.nextInt(1, 1_000), "", Part.INDEX);
        case 3 ->
            set("expired.last_index", "last_index - " + random.nextInt(1, 24), "", Part.INDEX);
        case 4 -> set("expired.offsets", "offsets[1:" + random.nextInt(1, 3) + "]", "", Part.INDEX);
        default ->
            new Tampering("expired.offsets", "delete from ledger.expired", Set.of(Part.INDEX));
      };
    }

    /// Without it, content that is gone is content that somebody removed.
    private Tampering erasure(RandomGenerator random) {
      return switch (random.nextInt(3)) {
        case 0 ->
            set("erasure.tenant_id", "'" + LedgerDatabase.TENANTS.get(2) + "'", "", Part.CONTENT);
        case 1 ->
            set("erasure.log_index", "log_index + " + random.nextInt(1, 200), "", Part.CONTENT);
        default ->
            new Tampering("erasure.log_index", "delete from ledger.erasure", Set.of(Part.CONTENT));
      };
    }

    private static Tampering set(String column, String value, String where, Part... parts) {
      var names = column.split("\\.");
      return new Tampering(
          column,
          "update ledger.%s set %s = %s%s".formatted(names[0], names[1], value, where),
          Set.of(parts));
    }

    private static String flipped(String column, int at) {
      return flipped(column, Integer.toString(at));
    }

    private static String flipped(String column, String at) {
      return "set_byte(%s, %s, get_byte(%s, %s) # 1)".formatted(column, at, column, at);
    }
  }
}
