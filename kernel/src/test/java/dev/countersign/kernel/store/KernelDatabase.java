package dev.countersign.kernel.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/// A database with the kernel's schema and the real roles.
record KernelDatabase(TestDatabase database) {

  static final String PASSWORD = "it's a pass$word";

  static KernelDatabase create() {
    return new KernelDatabase(TestPostgres.database("kernel", KernelDatabase::migrate));
  }

  private static void migrate(TestDatabase database) {
    try (var admin = database.superuserDataSource().getConnection();
        var statement = admin.createStatement()) {
      for (var role : DatabaseRole.values()) {
        role.ensure(admin, PASSWORD);
      }
      statement.execute(
          "alter database %s owner to %s".formatted(database.name(), DatabaseRole.OWNER.login()));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Schema.migrate(
        database.dataSource(DatabaseRole.OWNER.login(), PASSWORD), List.of(Schema.KERNEL));
  }

  DataSource as(DatabaseRole role) {
    return database.dataSource(role.login(), PASSWORD);
  }

  /// A pool as the server has it, of one connection: whoever comes next gets the same one.
  AgroalDataSource poolOfOne() {
    var configuration =
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(pool ->
                pool.maxSize(1)
                    .acquisitionTimeout(Duration.ofSeconds(10))
                    .connectionFactoryConfiguration(factory ->
                        factory
                            .jdbcUrl(database.jdbcUrl())
                            .principal(new NamePrincipal(DatabaseRole.APP.login()))
                            .credential(new SimplePassword(PASSWORD))));
    try {
      return AgroalDataSource.from(configuration);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A tenant with its generation row.
  TenantId tenant(long number) {
    var tenant = new TenantId(new UUID(0x7000L, 0x8000000000000000L + number));
    execute("insert into kernel.generation (tenant_id) values ('" + tenant + "')");
    return tenant;
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

  /// The one number that `sql` yields.
  static long number(Connection connection, String sql) {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The same as superuser, past row-level security.
  long number(String sql) {
    try (var connection = database.superuserDataSource().getConnection()) {
      return number(connection, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
