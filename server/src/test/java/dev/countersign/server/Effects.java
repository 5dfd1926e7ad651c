package dev.countersign.server;

import static java.util.Map.entry;

import dev.countersign.server.database.Databases;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/// Finds out what a piece of work left behind in the database: the entries that it made and the
/// tables whose rows it wrote, of the watched tenants and of those that came into being meanwhile.
///
/// A row counts as written if another version of it is there (`xmin`, `ctid`), even if it says the
/// same as before. For one thread.
final class Effects implements AutoCloseable {
  /// Tables of tenants that no entry stands for, each with its reason. All others are governed.
  static final SortedMap<String, String> WITHOUT_ENTRY =
      new TreeMap<>(
          Map.ofEntries(
              entry(
                  "events.delivery",
                  "where each event stands on its way: what people do about it has its entry"),
              entry("events.progress", "how far a webhook has come, and which node is at it"),
              entry(
                  "identity.failed_attempt",
                  "failures of the running minute: the entry of the minute takes them out"),
              entry(
                  "identity.key_usage",
                  "how often a key was used: successful calls are no entries of their own"),
              entry(
                  "kernel.idempotency",
                  "an answer kept for its repetition, in the transaction of the entry that it names"),
              entry("ledger.chain", "the log itself"),
              entry("ledger.entry", "the log itself"),
              entry(
                  "ledger.expired",
                  "which entries expired: fixed by their `expires_on` when they were written"),
              entry("ledger.pending", "the log itself"),
              entry("trust.hour", "what entries there were, counted by the hour"),
              entry(
                  "trust.predictor",
                  "how far labels were read and counted: whatever changes an answer has its entry"),
              entry("trust.watch", "how hours compare: one that is unusual has its entry")));

  /// Tables that belong to no tenant, each with its reason.
  static final SortedMap<String, String> OF_NO_TENANT =
      new TreeMap<>(
          Map.ofEntries(
              entry("events.signing_key", "what all nodes agree on, laid down at the first start"),
              entry("identity.failed_minute", "whether a minute's failures were written down"),
              entry("identity.installation", "what all nodes agree on, laid down at first starts"),
              entry("ledger.alarm", "what witnesses found; settling one is an entry"),
              entry("ledger.checkpoint", "the log itself, as it was witnessed"),
              entry("ledger.content_key", "fingerprints of the secrets of days made ahead of time"),
              entry("kernel.everywhere", "counts freezes of everything; each has its entry"),
              entry("ledger.entry_day", "partitions made ahead of time"),
              entry("ledger.entry_day_made", "partitions made ahead of time"),
              entry("ledger.growth", "when the log had which size, for searches"),
              entry("ledger.head", "the log itself"),
              entry("ledger.leaf_batch", "the log itself"),
              entry("ledger.log", "the log's name, laid down at the first start"),
              entry("ledger.log_key", "its keys: the first start's, and those of entries"),
              entry("ledger.own_witness", "the name of this witness, of the first start"),
              entry("ledger.tile", "the log itself"),
              entry("ledger.watched_log", "what was cosigned for other logs"),
              entry("ledger.witness", "how far our witnesses are")));

  private static final String TABLES =
      """
      select n.nspname || '.' || c.relname,
             exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('kernel', 'ledger', 'identity', 'policy', 'trust', 'events', 'workflow')
        and c.relkind in ('r', 'p') and not c.relispartition and c.relname not like 'flyway%'
        and c.relname <> 'schema_history'
      order by 1
      """;

  private final Connection connection;
  private final UUID tenant;
  private final UUID[] strangers;
  private final String snapshot;
  private final SortedSet<String> ofTenants = new TreeSet<>();
  private final SortedSet<String> ofNone = new TreeSet<>();

  /// What some work left behind.
  ///
  /// @param entries the actions, in the order of the log
  /// @param tables governed ones whose rows were written
  record Left(List<String> entries, SortedSet<String> tables) {
    boolean nothing() {
      return entries.isEmpty() && tables.isEmpty();
    }
  }

  /// @param tenant whose effects these are
  /// @param further tenants that are watched; the others that exist now are left out of account,
  ///   since jobs may be at work for them
  Effects(Databases databases, UUID tenant, UUID... further) throws SQLException {
    this.tenant = tenant;
    connection = Superuser.connect(databases);
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(TABLES)) {
      while (rows.next()) {
        (rows.getBoolean(2) ? ofTenants : ofNone).add(rows.getString(1));
      }
    }
    var others = new ArrayList<UUID>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("select tenant_id from identity.tenant")) {
      while (rows.next()) {
        others.add(rows.getObject(1, UUID.class));
      }
    }
    others.remove(tenant);
    others.removeAll(List.of(further));
    strangers = others.toArray(UUID[]::new);
    snapshot =
        String.join(
            " union all ",
            governed().stream()
                .map(table ->
                    "select '%s', count(*) || ' ' || coalesce(sum(hashtextextended(xmin::text || ctid::text, 0)), 0) from %s where tenant_id <> all(?)"
                        .formatted(table, table))
                .toList());
  }

  SortedSet<String> tablesOfTenants() {
    return ofTenants;
  }

  SortedSet<String> tablesOfNoTenant() {
    return ofNone;
  }

  private SortedSet<String> governed() {
    var governed = new TreeSet<>(ofTenants);
    governed.removeAll(WITHOUT_ENTRY.keySet());
    return governed;
  }

  /// Runs `work` and says what it left behind; every entry MUST have its index by then.
  Left of(Runnable work) {
    try {
      long size = size();
      var before = rows();
      work.run();
      var after = rows();
      var tables = new TreeSet<String>();
      after.forEach((table, state) -> {
        if (!state.equals(before.get(table))) {
          tables.add(table);
        }
      });
      return new Left(entriesFrom(size), tables);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /// How far the log reaches.
  long size() throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select size from ledger.head")) {
      row.next();
      return row.getLong(1);
    }
  }

  List<String> entriesFrom(long index) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select action from ledger.entry
            where log_index >= ? and tenant_id <> all(?) and (action <> ? or tenant_id = ?)
            order by log_index
            """)) {
      statement.setLong(1, index);
      statement.setArray(2, connection.createArrayOf("uuid", strangers));
      // A timer writes them into the platform's log whenever a minute is over.
      statement.setString(3, "auth.login_failed");
      statement.setObject(4, tenant);
      var actions = new ArrayList<String>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          actions.add(rows.getString(1));
        }
      }
      return actions;
    }
  }

  private SortedMap<String, String> rows() throws SQLException {
    try (var statement = connection.prepareStatement(snapshot)) {
      var others = connection.createArrayOf("uuid", strangers);
      for (int i = 1; i <= governed().size(); i++) {
        statement.setArray(i, others);
      }
      var found = new TreeMap<String, String>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.put(rows.getString(1), rows.getString(2));
        }
      }
      return found;
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
