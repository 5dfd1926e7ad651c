package dev.countersign.server;

import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.server.database.Databases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/// The test server's database, past every role and every row's policy.
final class Superuser {
  private Superuser() {}

  static Connection connect(Databases databases) throws SQLException {
    var source = databases.single(DatabaseRole.OWNER).unwrap(PGSimpleDataSource.class);
    try {
      var password = TestServer.DATA.resolve("postgres").resolve("superuser-password");
      return DriverManager.getConnection(
          source.getUrl(), "postgres", Files.readString(password).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void execute(Connection connection, String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }
}
