package dev.countersign.events.usecase;

import dev.countersign.events.store.EventsSchema;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.testkit.DatabaseSearch;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/// A database with the log and this room's tables, its logins, and two tenants.
record EventsDatabase(TestDatabase database) {
  static final TenantId ONE = tenant(1);
  static final TenantId TWO = tenant(2);
  private static final String PASSWORD = "events tests";

  static EventsDatabase fresh() {
    return new EventsDatabase(TestPostgres.database("events", EventsDatabase::migrate));
  }

  private static TenantId tenant(long number) {
    return new TenantId(new UUID(0x7000L, 0x8000000000000000L + number));
  }

  private static void migrate(TestDatabase database) {
    try (var admin = database.superuserDataSource().getConnection();
        var statement = admin.createStatement()) {
      for (var role : DatabaseRole.values()) {
        role.ensure(admin, PASSWORD);
      }
      statement.execute(
          "alter database %s owner to %s".formatted(database.name(), DatabaseRole.OWNER.login()));
      Schema.migrate(
          database.dataSource(DatabaseRole.OWNER.login(), PASSWORD),
          List.of(Schema.KERNEL, LedgerSchema.SCHEMA, EventsSchema.SCHEMA));
      for (var tenant : List.of(ONE, TWO)) {
        statement.execute("insert into kernel.generation (tenant_id) values ('" + tenant + "')");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  DataSource as(DatabaseRole role) {
    return database.dataSource(role.login(), PASSWORD);
  }

  ContentKeys keys() {
    return ContentKeyStore.open(
        Path.of("target", "content-keys", database.name()),
        as(DatabaseRole.APP),
        as(DatabaseRole.MAINTENANCE),
        new SecureRandom());
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

  long number(String sql) {
    return Long.parseLong(texts(sql).getFirst());
  }

  /// Every row of every table that repeats `text` somewhere, past row-level security.
  List<String> rowsWith(String text) {
    return DatabaseSearch.rowsWith(database.superuserDataSource(), text);
  }
}
