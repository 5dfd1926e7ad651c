package dev.countersign.ledger.usecase;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.testkit.DatabaseSearch;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
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
    var name = database.name() + "_copy";
    var postgres =
        new TestDatabase(
            database.host(),
            database.port(),
            "postgres",
            database.superuser(),
            database.superuserPassword());
    new LedgerDatabase(postgres)
        .execute("create database " + name + " template " + database.name());
    return new LedgerDatabase(
        new TestDatabase(
            database.host(),
            database.port(),
            name,
            database.superuser(),
            database.superuserPassword()));
  }
}
