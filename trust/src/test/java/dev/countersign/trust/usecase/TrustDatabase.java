package dev.countersign.trust.usecase;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
import dev.countersign.trust.store.TrustSchema;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/// A database with the tables of trust, as the application meets it: by its restricted role.
final class TrustDatabase {
  private static final String PASSWORD = "for tests";

  private final TestDatabase database;
  private final TenantTransactions transactions;

  TrustDatabase() {
    this.database = TestPostgres.database("trust", TrustDatabase::migrate);
    this.transactions =
        new TenantTransactions(database.dataSource(DatabaseRole.APP.login(), PASSWORD));
  }

  TenantTransactions transactions() {
    return transactions;
  }

  /// A new tenant with its generation row.
  TenantId tenant() {
    var tenant = new TenantId(UUID.randomUUID());
    transactions.run(
        tenant,
        TenantTransactions.Rules.CHANGE,
        transaction ->
            transaction
                .handle()
                .createUpdate("insert into kernel.generation (tenant_id) values (:tenant)")
                .bind("tenant", tenant.value())
                .execute());
    return tenant;
  }

  /// As migrations meet it.
  DataSource owner() {
    return as(DatabaseRole.OWNER);
  }

  DataSource as(DatabaseRole role) {
    return database.dataSource(role.login(), PASSWORD);
  }

  TestDatabase behindTheCurtain() {
    return database;
  }

  private static void migrate(TestDatabase database) {
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      for (var role : DatabaseRole.values()) {
        role.ensure(connection, PASSWORD);
      }
      statement.execute(
          "alter database " + database.name() + " owner to " + DatabaseRole.OWNER.login());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Schema.migrate(
        database.dataSource(DatabaseRole.OWNER.login(), PASSWORD),
        List.of(Schema.KERNEL, LedgerSchema.SCHEMA, TrustSchema.SCHEMA));
  }
}
