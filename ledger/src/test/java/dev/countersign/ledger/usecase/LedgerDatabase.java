package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.content.Sealing.Place;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.testkit.DatabaseSearch;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/// A database with the kernel's and the ledger's schema, the real roles and a few tenants.
record LedgerDatabase(TestDatabase database) {

  static final String PASSWORD = "of every role";
  static final List<TenantId> TENANTS = List.of(tenant(1), tenant(2), tenant(3));

  static LedgerDatabase create() {
    return new LedgerDatabase(TestPostgres.database("ledger", LedgerDatabase::migrate));
  }

  static void migrate(TestDatabase database) {
    try (var admin = database.superuserDataSource().getConnection();
        var statement = admin.createStatement()) {
      for (var role : DatabaseRole.values()) {
        role.ensure(admin, PASSWORD);
      }
      statement.execute(
          "alter database %s owner to %s".formatted(database.name(), DatabaseRole.OWNER.login()));
      Schema.migrate(
          database.dataSource(DatabaseRole.OWNER.login(), PASSWORD),
          List.of(Schema.KERNEL, LedgerSchema.SCHEMA));
      for (var tenant : TENANTS) {
        statement.execute("insert into kernel.generation (tenant_id) values ('" + tenant + "')");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static TenantId tenant(long number) {
    return new TenantId(new UUID(0x7000L, 0x8000000000000000L + number));
  }

  /// Where the secrets of this database's content are.
  Path contentKeys() {
    return Path.of("target", "content-keys", database.name().replaceFirst("_copy$", ""));
  }

  /// The keys of this database's content, as a node opens them.
  ContentKeys keys() {
    return ContentKeyStore.open(
        contentKeys(), as(DatabaseRole.APP), as(DatabaseRole.MAINTENANCE), new SecureRandom());
  }

  DataSource as(DatabaseRole role) {
    return database.dataSource(role.login(), PASSWORD);
  }

  /// As superuser, past row-level security; for a test that asks often.
  Connection connection() {
    try {
      return database.superuserDataSource().getConnection();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What the log and what waits say, opened.
  List<String> contents(ContentKeys keys) {
    var contents = new ArrayList<String>();
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select tenant_id, id, expires_on::text, sealed from ledger.entry where sealed is not null
                union all select tenant_id, id, expires_on::text, sealed from ledger.pending\
                """)) {
      var sealing = keys.sealing();
      while (row.next()) {
        var place =
            new Place(
                new TenantId(row.getObject(1, UUID.class)),
                row.getObject(2, UUID.class),
                ContentDay.of(row.getString(3)));
        var text = sealing.read(place, row.getBytes(4)).orElseThrow().text();
        // The place in the chain does not matter here.
        contents.add(
            new String(Entry.Unplaced.unpacked(text).at(0, Digest.ZERO), StandardCharsets.UTF_8));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return contents;
  }

  /// Moves entries to yesterday, sealed as if they had been written for it long ago.
  ///
  /// @param which a condition on `ledger.entry`
  void expire(ContentKeys keys, String which) {
    expire(keys, which, 1);
  }

  /// The same to a day further back.
  void expire(ContentKeys keys, String which, int daysAgo) {
    var day = text("select (current_date - %d)::text".formatted(daysAgo));
    execute(
        "delete from ledger.growth; set local role countersign_maintenance; select ledger.add_entry_day('%s')"
            .formatted(day));
    move(keys, which, ContentDay.of(day));
  }

  /// Moves entries to a day and seals them for it.
  void move(ContentKeys keys, String which, ContentDay to) {
    try (var connection = database.superuserDataSource().getConnection();
        var rows = connection.createStatement();
        var known =
            connection.prepareStatement(
                "insert into ledger.content_key (day, fingerprint) values (cast(? as date), ?) on conflict (day) do nothing");
        var change =
            connection.prepareStatement(
                "update ledger.entry set expires_on = cast(? as date), sealed = ? where tenant_id = ? and log_index = ?")) {
      known.setString(1, to.sql());
      known.setBytes(2, keys.prepare(to).bytes());
      known.executeUpdate();
      connection.setAutoCommit(false);
      var sealing = keys.sealing();
      try (var row =
          rows.executeQuery(
              "select tenant_id, log_index, id, expires_on::text, sealed from ledger.entry where sealed is not null and expires_on <> '%s' and %s"
                  .formatted(to.sql(), which))) {
        while (row.next()) {
          var tenant = new TenantId(row.getObject(1, UUID.class));
          var id = row.getObject(3, UUID.class);
          var from = new Place(tenant, id, ContentDay.of(row.getString(4)));
          var content = sealing.read(from, row.getBytes(5)).orElseThrow();
          var place = new Place(tenant, id, to);
          change.setString(1, to.sql());
          change.setBytes(2, sealing.seal(place, content.salt(), content.text()));
          change.setObject(3, tenant.value());
          change.setLong(4, row.getLong(2));
          change.addBatch();
        }
      }
      change.executeBatch();
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// As superuser, past row-level security.
  void execute(String sql) {
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The one text that `sql` yields, past row-level security.
  String text(String sql) {
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The one number that `sql` yields, past row-level security.
  long number(String sql) {
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The texts that `sql` yields, past row-level security.
  List<String> texts(String sql) {
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      var texts = new ArrayList<String>();
      while (row.next()) {
        texts.add(row.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Every row of every table that repeats `text` somewhere, past row-level security.
  List<String> rowsWith(String text) {
    return DatabaseSearch.rowsWith(database.superuserDataSource(), text);
  }

  /// Another database in the state that this one has now; nobody may be connected to this one.
  LedgerDatabase copy() {
    return new LedgerDatabase(database.copy(database.name() + "_copy"));
  }
}
