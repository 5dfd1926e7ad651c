package dev.countersign.workflow.usecase;

import dev.countersign.identity.store.IdentitySchema;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.policy.store.PolicySchema;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
import dev.countersign.trust.store.TrustSchema;
import dev.countersign.workflow.store.WorkflowSchema;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/// A database with the rooms that a governed action passes through, and its logins.
record Database(TestDatabase database) {
  private static final String PASSWORD = "workflow tests";

  static Database fresh() {
    return new Database(TestPostgres.database("workflow", Database::migrate));
  }

  DataSource as(DatabaseRole role) {
    return database.dataSource(role.login(), PASSWORD);
  }

  DataSource behindTheCurtain() {
    return database.superuserDataSource();
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
        List.of(
            Schema.KERNEL,
            LedgerSchema.SCHEMA,
            IdentitySchema.SCHEMA,
            PolicySchema.SCHEMA,
            TrustSchema.SCHEMA,
            WorkflowSchema.SCHEMA));
  }
}
