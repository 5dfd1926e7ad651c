package dev.countersign.ledger.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Leaf;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.TileBuilder;
import dev.countersign.ledger.TilePath;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.content.Sealing.Place;
import dev.countersign.ledger.content.Sealing.Sealed;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The one way by which the log grows: lock the head, give each draft the next index, then write
/// entries, commitments, completed tiles, chains and the new head, and commit.
///
/// ## Why it looks like this
///
/// Everything between the lock of the head row and the commit is serial for the whole deployment,
/// so it is two round trips: one takes the locks and reads the head and the chains it needs, the
/// other writes all and commits; on busy cores each answer that is waited for costs as much as the
/// work. Batches of hundreds make the price per entry small. The right edge of the tree is kept in
/// memory between batches; it is believed only if its compact range equals the one that the locked
/// head holds, so any number of nodes may take turns.
///
/// Commitments are stored per batch, not per entry: one row and one index entry for hundreds.
///
/// Salt and text come sealed already, for the day that whoever sealed them expected; only what
/// expires on another day is sealed here, some two microseconds each. What an entry's place in its
/// chain adds to its canonical text is stored beside it.
///
/// Safe for use by many threads, each with its own connection; one instance per node, so that the
/// batch writer and the sequencer share the edge.
public final class AppendPath {
  /// A batch MUST hold no more than this and one entry: a slow disk has to write it within the two
  /// seconds that a statement may take, or it would fail again and again and nothing behind it
  /// would ever be sequenced.
  public static final int LARGEST_BATCH_BYTES = 4 << 20;

  /// Locks the head and reads it.
  static final String LOCKED_HEAD = "select size, range from ledger.head for update";

  private static final String CHAINS =
      "select tenant_id, next_seq, leaf_hash from ledger.chain where tenant_id = any (?)";

  private final ContentKeys keys;
  private final AtomicReference<@Nullable Edge> known = new AtomicReference<>();

  public AppendPath(ContentKeys keys) {
    this.keys = keys;
  }

  /// Seals and opens content.
  public Sealing sealing() {
    return keys.sealing();
  }

  /// The right edge of the tree: what an append needs to know of everything before it.
  record Edge(CompactRange range, TileBuilder tiles) {}

  /// An entry that has no place yet, with the salt of its leaf and the day on which its content
  /// expires.
  ///
  /// @param sealed salt and text; empty, or sealed for another day, if that is still to be done
  public record Salted(
      Entry.Rendered entry, Salt salt, ContentDay expires, Optional<Sealed> sealed) {

    /// One whose content is kept.
    public Salted(Entry.Draft draft, Salt salt) {
      this(draft.rendered(), salt, ContentDay.KEPT, Optional.empty());
    }

    /// How many bytes the canonical form has, but for its place.
    public int length() {
      return entry.length();
    }

    /// The same, sealed for the day on which its content expires.
    public Salted sealedBy(Sealing sealing) {
      return new Salted(entry, salt, expires, Optional.of(new Sealed(place(), bytes(sealing))));
    }

    /// The same, whose content expires on this day.
    public Salted expiring(ContentDay day) {
      return new Salted(entry, salt, day, sealed);
    }

    /// What is stored of salt and text.
    byte[] bytes(Sealing sealing) {
      return sealed
          .filter(done -> done.place().equals(place()))
          .map(Sealed::bytes)
          .orElseGet(() -> sealing.seal(place(), salt, entry.text().packed()));
    }

    private Place place() {
      return new Place(draft().tenant(), draft().id(), expires);
    }

    public Entry.Draft draft() {
      return entry.draft();
    }
  }

  /// The locked head and what belongs to it.
  record Locked(Edge edge, SortedMap<TenantId, Chain> chains) {}

  /// What an appended draft became.
  public record Placed(Entry.Draft draft, Salt salt, long index, Digest leafHash) {}

  /// A batch whose entries have their places and are not written yet: [#commit] MUST be called in
  /// the transaction that holds the head's lock, and [#settle] when it is known to be committed.
  public final class Batch {
    private final UUID id;
    private final Edge edge;
    private final List<Placed> placed;
    private final EntryRows rows;
    private final Map<TenantId, Chain> chains;
    private final Map<TilePath.Hashes, byte[]> tiles;

    private Batch(
        UUID id,
        Edge edge,
        List<Placed> placed,
        EntryRows rows,
        Map<TenantId, Chain> chains,
        Map<TilePath.Hashes, byte[]> tiles) {
      this.id = id;
      this.edge = edge;
      this.placed = List.copyOf(placed);
      this.rows = rows;
      this.chains = chains;
      this.tiles = tiles;
    }

    /// Writes the batch and commits the open transaction, in one round trip: if the database
    /// refuses the first, it does not do the second.
    ///
    /// If this throws, the batch may be committed all the same; [#wasCommitted] tells.
    public void commit(Connection connection) throws SQLException {
      try (var statement = connection.prepareStatement(WRITE_AND_COMMIT)) {
        int at = rows.bind(connection, statement);
        at = bindChains(connection, statement, at, chains);
        at = bindTiles(connection, statement, at, tiles);
        statement.setLong(at++, firstIndex());
        statement.setObject(at++, id);
        statement.setBytes(at++, rows.commitments());
        statement.setLong(at++, edge.range().size());
        statement.setBytes(at, edge.range().bytes());
        statement.execute();
      }
    }

    private long firstIndex() {
      return edge.range().size() - placed.size();
    }

    public List<Placed> placed() {
      return placed;
    }

    /// Keeps the edge for the next batch.
    public void settle() {
      known.set(edge);
    }

    /// Whether this batch was committed, asked on a new connection after [#commit] failed. Takes
    /// the head's lock: the lost transaction may still be committing, and holds it until it has.
    public boolean wasCommitted(Connection connection) throws SQLException {
      try (var statement =
          connection.prepareStatement(
              """
              select 1 from ledger.head for update;
              select 1 from ledger.leaf_batch where first_index = ? and batch_id = ?\
              """)) {
        statement.setLong(1, firstIndex());
        statement.setObject(2, id);
        statement.execute();
        statement.getMoreResults();
        try (var row = statement.getResultSet()) {
          return row.next();
        }
      }
    }
  }

  /// Takes the head's lock within the connection's open transaction, and gives the drafts their
  /// places, in their order.
  public Batch prepare(Connection connection, UUID batchId, List<Salted> drafts)
      throws SQLException {
    // Two statements in one round trip: the second takes its snapshot after the lock is held.
    try (var statement = connection.prepareStatement(HEAD_AND_CHAINS)) {
      statement.setArray(1, array(connection, tenants(drafts)));
      statement.execute();
      return prepare(batchId, drafts, locked(connection, statement));
    }
  }

  /// What one round trip locks and reads before a batch: the head for `tenants`.
  static final String HEAD_AND_CHAINS = LOCKED_HEAD + ";\n" + CHAINS;

  private static final String WRITE_AND_COMMIT =
      """
      with entries as (
        insert into ledger.entry (log_index, tenant_id, id, correlation_id, time, action, tenant_seq, previous, sealed, expires_on)
        select * from unnest(?::bigint[], ?::uuid[], ?::uuid[], ?::uuid[], ?::timestamptz[], ?::text[], ?::bigint[], ?::bytea[], ?::bytea[], ?::date[])
      ), chains as (
        insert into ledger.chain (tenant_id, next_seq, leaf_hash)
        select * from unnest(?::uuid[], ?::bigint[], ?::bytea[])
        on conflict (tenant_id) do update set next_seq = excluded.next_seq, leaf_hash = excluded.leaf_hash
      ), tiles as (
        insert into ledger.tile (level, n, hashes)
        select * from unnest(?::int[], ?::bigint[], ?::bytea[])
        on conflict (level, n) do update set hashes = excluded.hashes
      ), leaves as (
        insert into ledger.leaf_batch (first_index, batch_id, commitments) values (?, ?, ?)
      )
      update ledger.head set size = ?, range = ?;
      commit\
      """;

  static Array array(Connection connection, SortedSet<TenantId> tenants) throws SQLException {
    return connection.createArrayOf(
        "uuid", tenants.stream().map(TenantId::value).toArray(UUID[]::new));
  }

  /// The same with entries that were pending, behind the head that was locked to take them.
  public Batch prepare(Connection connection, UUID batchId, PendingEntries.Taken taken)
      throws SQLException {
    try (var statement = connection.prepareStatement(CHAINS)) {
      statement.setArray(1, array(connection, tenants(taken.drafts())));
      try (var rows = statement.executeQuery()) {
        return prepare(batchId, taken.drafts(), locked(connection, taken.head(), rows));
      }
    }
  }

  private static SortedSet<TenantId> tenants(List<Salted> drafts) {
    var tenants = new TreeSet<TenantId>();
    drafts.forEach(salted -> tenants.add(salted.draft().tenant()));
    return tenants;
  }

  /// Reads the two results of [#HEAD_AND_CHAINS], the first of which is the statement's current
  /// one.
  Locked locked(Connection connection, PreparedStatement statement) throws SQLException {
    CompactRange range;
    try (var head = statement.getResultSet()) {
      head.next();
      range = range(head, 1);
    }
    statement.getMoreResults();
    try (var rows = statement.getResultSet()) {
      return locked(connection, range, rows);
    }
  }

  private Locked locked(Connection connection, CompactRange range, ResultSet row)
      throws SQLException {
    var chains = new TreeMap<TenantId, Chain>();
    while (row.next()) {
      chains.put(
          new TenantId(row.getObject(1, UUID.class)),
          new Chain(row.getLong(2), Digest.of(row.getBytes(3))));
    }
    // Taken away, not looked at: if this batch fails, what it did to the tiles is forgotten with
    // it.
    var edge = known.getAndSet(null);
    return new Locked(
        edge != null && edge.range().equals(range)
            ? edge
            : new Edge(range, TileBuilder.resume(new StoredTiles(connection), range.size())),
        chains);
  }

  /// The head in a row's columns from `at`: size, then range.
  static CompactRange range(ResultSet row, int at) throws SQLException {
    return CompactRange.of(row.getLong(at), row.getBytes(at + 1));
  }

  /// Gives back a head that was locked and is not extended.
  void leave(Locked locked) {
    known.set(locked.edge());
  }

  /// Gives the drafts their places behind the locked head, in their order; the chains that they
  /// extend MUST have been read with it.
  Batch prepare(UUID batchId, List<Salted> drafts, Locked locked) {
    var edge = locked.edge();
    var chains = new HashMap<>(locked.chains());
    long first = edge.range().size();
    var placed = new ArrayList<Placed>(drafts.size());
    var rows = new EntryRows(drafts.size(), keys.sealing());
    var hashes = new ArrayList<Digest>(drafts.size());
    for (var salted : drafts) {
      var draft = salted.draft();
      var chain = chains.getOrDefault(draft.tenant(), Chain.START);
      byte[] canonical = salted.entry().at(chain.nextSeq(), chain.leafHash());
      var commitment = Leaf.commitment(salted.salt().bytes(), canonical);
      var leafHash = Leaf.hash(commitment);
      long index = first + placed.size();
      chains.put(draft.tenant(), new Chain(chain.nextSeq() + 1, leafHash));
      rows.add(index, salted, chain, commitment);
      hashes.add(leafHash);
      placed.add(new Placed(draft, salted.salt(), index, leafHash));
    }
    var grown = edge.range().appendAll(hashes);
    var tiles = grow(edge.tiles(), hashes);
    return new Batch(batchId, new Edge(grown, edge.tiles()), placed, rows, chains, tiles);
  }

  /// Adds the leaves and yields the tiles to be stored: each that became full, and above them those
  /// that grew by it. Partial tiles of the lowest level are not stored; they follow from the
  /// leaves.
  private static Map<TilePath.Hashes, byte[]> grow(TileBuilder tiles, List<Digest> hashes) {
    var changed = new LinkedHashMap<TilePath.Hashes, byte[]>();
    hashes.forEach(hash -> tiles.append(hash, changed::put));
    if (!changed.isEmpty()) {
      tiles.partials((path, bytes) -> {
        if (path.level() > 0) {
          changed.put(path, bytes);
        }
      });
    }
    return changed;
  }

  private static int bindChains(
      Connection connection, PreparedStatement statement, int at, Map<TenantId, Chain> chains)
      throws SQLException {
    SortedMap<TenantId, Chain> ordered = new TreeMap<>(chains);
    statement.setArray(at, array(connection, new TreeSet<>(ordered.keySet())));
    statement.setArray(
        at + 1,
        connection.createArrayOf(
            "bigint", ordered.values().stream().map(Chain::nextSeq).toArray(Long[]::new)));
    statement.setArray(
        at + 2,
        connection.createArrayOf(
            "bytea",
            ordered.values().stream()
                .map(chain -> chain.leafHash().bytes())
                .toArray(byte[][]::new)));
    return at + 3;
  }

  private static int bindTiles(
      Connection connection,
      PreparedStatement statement,
      int at,
      Map<TilePath.Hashes, byte[]> tiles)
      throws SQLException {
    var paths = tiles.keySet();
    statement.setArray(
        at,
        connection.createArrayOf(
            "int4", paths.stream().map(TilePath.Hashes::level).toArray(Integer[]::new)));
    statement.setArray(
        at + 1,
        connection.createArrayOf(
            "bigint", paths.stream().map(TilePath.Hashes::index).toArray(Long[]::new)));
    statement.setArray(
        at + 2, connection.createArrayOf("bytea", tiles.values().toArray(byte[][]::new)));
    return at + 3;
  }

  /// A tenant's chain.
  record Chain(long nextSeq, Digest leafHash) {
    static final Chain START = new Chain(0, Digest.ZERO);
  }

  /// The columns of the entries to be inserted, one array each, of the type that the driver sends
  /// without a detour where it has one.
  private static final class EntryRows {
    private final Long[] indexes;
    private final UUID[] tenants;
    private final UUID[] ids;
    private final UUID[] correlations;
    private final String[] times;
    private final String[] actions;
    private final Long[] sequences;
    private final byte[][] previous;
    private final byte[][] sealed;
    private final String[] expiries;
    private final byte[] commitments;
    private final Sealing sealing;
    private int count;

    EntryRows(int size, Sealing sealing) {
      this.sealing = sealing;
      indexes = new Long[size];
      tenants = new UUID[size];
      ids = new UUID[size];
      correlations = new UUID[size];
      times = new String[size];
      actions = new String[size];
      sequences = new Long[size];
      previous = new byte[size][];
      sealed = new byte[size][];
      expiries = new String[size];
      commitments = new byte[size * Digest.LENGTH];
    }

    void add(long index, Salted salted, Chain chain, Digest commitment) {
      var draft = salted.draft();
      System.arraycopy(commitment.bytes(), 0, commitments, count * Digest.LENGTH, Digest.LENGTH);
      indexes[count] = index;
      tenants[count] = draft.tenant().value();
      ids[count] = draft.id();
      correlations[count] = draft.correlationId();
      // As text with its offset: a Timestamp would be sent as the JVM's local time, which an hour
      // in autumn has twice.
      times[count] = draft.time().toString();
      actions[count] = draft.action();
      sequences[count] = chain.nextSeq();
      previous[count] = chain.leafHash().bytes();
      sealed[count] = salted.bytes(sealing);
      expiries[count] = salted.expires().sql();
      count++;
    }

    byte[] commitments() {
      return commitments;
    }

    /// Binds the ten arrays and yields the number of the next parameter.
    int bind(Connection connection, PreparedStatement statement) throws SQLException {
      int at = 1;
      statement.setArray(at++, connection.createArrayOf("bigint", indexes));
      statement.setArray(at++, connection.createArrayOf("uuid", tenants));
      statement.setArray(at++, connection.createArrayOf("uuid", ids));
      statement.setArray(at++, connection.createArrayOf("uuid", correlations));
      statement.setArray(at++, connection.createArrayOf("timestamptz", times));
      statement.setArray(at++, connection.createArrayOf("text", actions));
      statement.setArray(at++, connection.createArrayOf("bigint", sequences));
      statement.setArray(at++, connection.createArrayOf("bytea", previous));
      statement.setArray(at++, connection.createArrayOf("bytea", sealed));
      statement.setArray(at++, connection.createArrayOf("date", expiries));
      return at;
    }
  }
}
