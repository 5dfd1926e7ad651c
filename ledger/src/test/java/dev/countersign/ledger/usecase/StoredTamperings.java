package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.LogRecomputation.Part;
import dev.countersign.ledger.SignedNote;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Random statements that tamper with the log of [StoredTamperingTest], which has a copy of itself
/// in the schema `saved`.
final class StoredTamperings {
  static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  static final TenantId TWO = LedgerDatabase.TENANTS.get(1);

  /// @param column what is changed, or goes or comes with its row
  /// @param parts of which one must be named
  record Tampering(String column, String sql, Set<Part> parts) {
    String table() {
      return column.split("\\.")[0];
    }
  }

  private final List<Long> entries = new ArrayList<>();
  private final List<Long> batches = new ArrayList<>();

  StoredTamperings(LedgerDatabase database) throws SQLException {
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

  Tampering next(RandomGenerator random) {
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
      case 7 -> set("entry.previous", flipped("previous", random.nextInt(32)), where, Part.CONTENT);
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
      case 13 -> set("entry.sealed", "substr(sealed, 1, length(sealed) - 1)", where, Part.CONTENT);
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
          new Tampering("chain.tenant_id", "delete from ledger.chain" + where, Set.of(Part.INDEX));
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
      case 3 -> set("expired.last_index", "last_index - " + random.nextInt(1, 24), "", Part.INDEX);
      case 4 -> set("expired.offsets", "offsets[1:" + random.nextInt(1, 3) + "]", "", Part.INDEX);
      default -> new Tampering("expired.offsets", "delete from ledger.expired", Set.of(Part.INDEX));
    };
  }

  /// Without it, content that is gone is content that somebody removed.
  private Tampering erasure(RandomGenerator random) {
    return switch (random.nextInt(3)) {
      case 0 ->
          set("erasure.tenant_id", "'" + LedgerDatabase.TENANTS.get(2) + "'", "", Part.CONTENT);
      case 1 -> set("erasure.log_index", "log_index + " + random.nextInt(1, 200), "", Part.CONTENT);
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
