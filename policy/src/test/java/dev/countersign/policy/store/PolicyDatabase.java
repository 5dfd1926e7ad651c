package dev.countersign.policy.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/// A database of the kernel's and this room's schemas, met as the application meets it.
final class PolicyDatabase {
  private static final String PASSWORD = "for tests only";

  final TenantTransactions transactions;

  private PolicyDatabase(TenantTransactions transactions) {
    this.transactions = transactions;
  }

  static PolicyDatabase create() {
    var database = TestPostgres.database("policy", PolicyDatabase::migrate);
    return new PolicyDatabase(
        new TenantTransactions(database.dataSource(DatabaseRole.APP.login(), PASSWORD)));
  }

  /// A tenant with his generation row, as the identity room makes one.
  TenantId tenant(long number) {
    var tenant = new TenantId(new UUID(7, number));
    transactions.run(
        tenant,
        TenantTransactions.Rules.CHANGE,
        transaction ->
            transaction
                .handle()
                .execute("insert into kernel.generation (tenant_id) values (?)", tenant.value()));
    return tenant;
  }

  private static void migrate(TestDatabase database) {
    try (var admin = database.superuserDataSource().getConnection();
        var statement = admin.createStatement()) {
      for (var role : DatabaseRole.values()) {
        role.ensure(admin, PASSWORD);
      }
      statement.execute(
          "alter database %s owner to %s"
              .formatted(admin.getCatalog(), DatabaseRole.OWNER.login()));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Schema.migrate(
        database.dataSource(DatabaseRole.OWNER.login(), PASSWORD),
        List.of(Schema.KERNEL, PolicySchema.SCHEMA));
  }
}
