package dev.countersign.ledger.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.CheckpointWalk;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.LogRecomputation.ChainEnd;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.TilePath;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.content.Sealing.Opened;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads the log of all tenants from its first entry on, page by page, each in a short transaction
/// of its own: no snapshot stays open while the log grows.
///
/// Needs the role `countersign_fsck`, which may read everything and write nothing. For use by the
/// thread that owns the connection, which MUST be in auto-commit mode.
public final class WholeLog {
  private final Connection connection;
  private final Optional<Sealing> sealing;

  /// @param keys by which content is opened; without them it is told from what is gone, and no more
  public WholeLog(Connection connection, Optional<ContentKeys> keys) {
    this.connection = connection;
    this.sealing = keys.map(ContentKeys::sealing);
  }

  /// What is stored of an entry's content.
  public sealed interface Content {
    @SuppressWarnings("ArrayRecordComponent") // handed on at once, compared nowhere
    record Clear(Salt salt, byte[] canonical) implements Content {}

    /// It is there, but nothing opens it here.
    record Sealed() implements Content {}

    /// It does not open: the bytes were altered, or belong to another row.
    record Altered() implements Content {}

    /// @param accounted whether it was written down that it was erased or expired
    record Gone(boolean accounted) implements Content {}
  }

  /// What the log said of itself at one moment.
  ///
  /// @param pending entries that waited for their index
  /// @param newestKept the largest size of a kept checkpoint; the head covers it, for it was read
  ///   after that was committed
  public record Moment(
      CompactRange head,
      SortedMap<TenantId, ChainEnd> chains,
      long pending,
      OptionalLong newestKept) {
    public Moment {
      chains = Collections.unmodifiableSortedMap(new TreeMap<>(chains));
    }
  }

  /// An entry with the columns it is searched by.
  ///
  /// @param filed empty if the whole row expired
  public record Row(long index, TenantId tenant, Content content, Optional<Filed> filed) {}

  /// Under what an entry is found.
  public record Filed(UUID id, UUID correlationId, Instant time, String action) {}

  /// The commitments that were stored with one batch.
  public record Batch(long firstIndex, List<Digest> commitments) {
    public Batch {
      commitments = List.copyOf(commitments);
    }
  }

  /// Head, chains and pending entries as one snapshot has them.
  public Moment moment() throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("set transaction isolation level repeatable read read only");
      var moment = new Moment(head(), chains(), pending(), newestKept());
      connection.commit();
      return moment;
    } finally {
      // Also ends a transaction that failed.
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private CompactRange head() throws SQLException {
    try (var statement = connection.prepareStatement("select size, range from ledger.head");
        var row = statement.executeQuery()) {
      row.next();
      return CompactRange.of(row.getLong(1), row.getBytes(2));
    }
  }

  private SortedMap<TenantId, ChainEnd> chains() throws SQLException {
    var chains = new TreeMap<TenantId, ChainEnd>();
    try (var statement =
            connection.prepareStatement("select tenant_id, next_seq, leaf_hash from ledger.chain");
        var row = statement.executeQuery()) {
      while (row.next()) {
        chains.put(
            new TenantId(row.getObject(1, UUID.class)),
            new ChainEnd(row.getLong(2), Digest.of(row.getBytes(3))));
      }
    }
    return chains;
  }

  private long pending() throws SQLException {
    try (var statement = connection.prepareStatement("select count(*) from ledger.pending");
        var row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private OptionalLong newestKept() throws SQLException {
    try (var statement =
            connection.prepareStatement(
                "select size from ledger.checkpoint order by size desc limit 1");
        var row = statement.executeQuery()) {
      return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
    }
  }

  /// The next kept checkpoints of more than `after` and at most `to` entries, at most `limit`, by
  /// their size.
  public List<CheckpointWalk.Kept> kept(long after, long to, int limit) throws SQLException {
    var kept = new ArrayList<CheckpointWalk.Kept>();
    try (var statement =
        connection.prepareStatement(
            """
            select size, witnesses, note from ledger.checkpoint
            where size > ? and size <= ? order by size limit ?\
            """)) {
      statement.setLong(1, after);
      statement.setLong(2, to);
      statement.setInt(3, limit);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          kept.add(new CheckpointWalk.Kept(row.getLong(1), row.getInt(2), row.getString(3)));
        }
      }
    }
    return kept;
  }

  /// The entries `from` (inclusive) to `to` (exclusive) of all tenants, by their index; those that
  /// expired too.
  public List<Row> entries(long from, long to) throws SQLException {
    var rows = new ArrayList<Row>();
    // By all tenants at once, for the index begins with the tenant: as a list it is looked up in
    // each partition in one go, where a join would start each partition again for each tenant.
    try (var statement =
        connection.prepareStatement(
            """
            select log_index, tenant_id, sealed, id, expires_on::text as expires, tenant_seq, previous, correlation_id, time, action,
              sealed is null and exists (
                select from ledger.erasure x where x.tenant_id = e.tenant_id and x.log_index = e.log_index) as accounted
            from ledger.entry e
            where tenant_id = any (array(select tenant_id from ledger.chain)) and log_index >= ? and log_index < ?
            union all
            select x.first_index + o, x.tenant_id, null, null, null, null, null, null, null, null, true
            from ledger.expired x cross join unnest(x.offsets) o
            where x.first_index < ? and x.last_index >= ? and x.first_index + o >= ? and x.first_index + o < ?
            order by 1, 4 nulls last\
            """)) {
      statement.setLong(1, from);
      statement.setLong(2, to);
      statement.setLong(3, to);
      statement.setLong(4, from);
      statement.setLong(5, from);
      statement.setLong(6, to);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          var next = row(row);
          // Written down as expired, and not dropped yet.
          if (rows.isEmpty() || next.filed().isPresent() || !same(rows.getLast(), next)) {
            rows.add(next);
          }
        }
      }
    }
    return rows;
  }

  private static boolean same(Row one, Row other) {
    return one.index() == other.index() && one.tenant().equals(other.tenant());
  }

  private Row row(ResultSet row) throws SQLException {
    var id = row.getObject("id", UUID.class);
    var tenant = new TenantId(row.getObject("tenant_id", UUID.class));
    return new Row(
        row.getLong("log_index"),
        tenant,
        content(row, tenant, id),
        id == null
            ? Optional.empty()
            : Optional.of(
                new Filed(
                    id,
                    row.getObject("correlation_id", UUID.class),
                    row.getObject("time", Timestamp.class).toInstant(),
                    row.getString("action"))));
  }

  private Content content(ResultSet row, TenantId tenant, @Nullable UUID id) throws SQLException {
    var sealed = row.getBytes("sealed");
    if (sealed == null || id == null) {
      return new Content.Gone(row.getBoolean("accounted"));
    }
    if (sealing.isEmpty()) {
      return new Content.Sealed();
    }
    if (row.getBytes("previous").length != Digest.LENGTH) {
      return new Content.Altered();
    }
    return switch (EntryContent.open(sealing.get(), tenant, row)) {
      case Opened.Clear(var content) -> {
        var clear = EntryContent.placed(content, row);
        yield new Content.Clear(clear.salt(), clear.canonical());
      }
      case Opened.Expired() -> new Content.Gone(true);
      case Opened.Altered() -> new Content.Altered();
    };
  }

  /// The next batches that begin at `from` or later, at most `limit`.
  public List<Batch> batches(long from, int limit) throws SQLException {
    var batches = new ArrayList<Batch>();
    try (var statement =
        connection.prepareStatement(
            """
            select first_index, commitments from ledger.leaf_batch
            where first_index >= ? order by first_index limit ?\
            """)) {
      statement.setLong(1, from);
      statement.setInt(2, limit);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          batches.add(new Batch(row.getLong(1), TilePath.hashes(row.getBytes(2))));
        }
      }
    }
    return batches;
  }

  /// The stored tile, cut to the width that is asked for; empty if it is not there, and shorter if
  /// less is stored.
  public Optional<byte[]> tile(TilePath.Hashes path) throws SQLException {
    try (var statement =
        connection.prepareStatement("select hashes from ledger.tile where level = ? and n = ?")) {
      statement.setInt(1, path.level());
      statement.setLong(2, path.index());
      try (var row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        byte[] stored = row.getBytes(1);
        int wanted = path.width() * Digest.LENGTH;
        return Optional.of(grown(path, stored, wanted) ? Arrays.copyOf(stored, wanted) : stored);
      }
    }
  }

  /// Whether the tile is longer because the log has grown since its head was read, and no longer
  /// than that.
  private boolean grown(TilePath.Hashes path, byte[] stored, int wanted) throws SQLException {
    return stored.length > wanted
        && stored.length
            <= TilePath.width(path.level(), path.index(), head().size()) * Digest.LENGTH;
  }

  /// Rows that stand where the log has none, the first of each kind; for people.
  ///
  /// Nothing leads to them from the log, so they are looked for. Read in one snapshot with the
  /// head, for the log grows.
  public List<String> strays() throws SQLException {
    try (var statement = connection.prepareStatement(STRAYS);
        var row = statement.executeQuery()) {
      var strays = new ArrayList<String>();
      while (row.next()) {
        strays.add(row.getString(1));
      }
      return strays;
    }
  }

  // The tenants that have entries are found by leaping along the index, a few steps for each.
  private static final String STRAYS =
      """
      with recursive head as (select size from ledger.head),
      tenants as (
        (select tenant_id from ledger.entry order by tenant_id limit 1)
        union all
        select (select e.tenant_id from ledger.entry e where e.tenant_id > t.tenant_id order by e.tenant_id limit 1)
        from tenants t where t.tenant_id is not null)
      (select 'log index ' || log_index from ledger.entry
       where tenant_id = any (array(select tenant_id from ledger.chain))
         and (log_index < 0 or log_index >= (select size from head)) limit 1)
      union all
      (select 'an entry of tenant ' || tenant_id from tenants
       where tenant_id is not null and tenant_id not in (select tenant_id from ledger.chain) limit 1)
      union all
      (select 'the commitments from log index ' || first_index from ledger.leaf_batch, head
       where first_index + length(commitments) / 32 > size or first_index < 0 limit 1)
      union all
      (select 'tile ' || level || '/' || n from ledger.tile, head
       where level not between 0 and 6 or n < 0 or (n << 8) >= (size >> (8 * level)) limit 1)
      union all
      (select 'what expired from log index ' || first_index from ledger.expired, head
       where last_index >= size or last_index <> first_index + (select max(o) from unnest(offsets) o) limit 1)\
      """;

  /// The verifier key of the log, as it was written down at its first start.
  public Optional<String> key() throws SQLException {
    try (var statement = connection.prepareStatement("select key from ledger.log");
        var row = statement.executeQuery()) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
  }
}
