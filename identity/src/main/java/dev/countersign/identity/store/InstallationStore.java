package dev.countersign.identity.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/// The one row on which all nodes of a database agree.
public final class InstallationStore {
  private final DataSource app;

  /// @param app connections of the application's role
  public InstallationStore(DataSource app) {
    this.app = app;
  }

  /// The fingerprint that this database knows: `own` if it knew none before.
  public Digest fingerprint(Digest own) {
    try (var connection = app.getConnection()) {
      try (var statement =
          connection.prepareStatement(
              "insert into identity.installation (pepper_fingerprint) values (?) on conflict do nothing")) {
        statement.setBytes(1, own.bytes());
        statement.executeUpdate();
      }
      try (var statement =
              connection.prepareStatement("select pepper_fingerprint from identity.installation");
          var row = statement.executeQuery()) {
        row.next();
        return Digest.of(row.getBytes(1));
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// The platform's own tenant; empty if there is none yet.
  public Optional<TenantId> platform() {
    try (var connection = app.getConnection();
        var statement =
            connection.prepareStatement("select platform_tenant from identity.installation");
        var row = statement.executeQuery()) {
      return row.next()
          ? Optional.ofNullable(row.getObject(1, UUID.class)).map(TenantId::new)
          : Optional.empty();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// Makes a tenant the platform's own; false if there is one already.
  public static boolean claim(TenantTransaction transaction, TenantId tenant) {
    return claim(transaction.handle().getConnection(), tenant);
  }

  /// The same for a tenant of an installation from before this was kept.
  public boolean claim(TenantId tenant) {
    try (var connection = app.getConnection()) {
      return claim(connection, tenant);
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  private static boolean claim(Connection connection, TenantId tenant) {
    try (var statement =
        connection.prepareStatement(
            "update identity.installation set platform_tenant = ? where platform_tenant is null")) {
      statement.setObject(1, tenant.value());
      return statement.executeUpdate() == 1;
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }
}
