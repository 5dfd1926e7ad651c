package dev.countersign.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// The test server's database as its superuser sees it, past row-level security.
final class BehindTheCurtain {
  /// Of `postmaster.pid`, from 0.
  private static final int PORT_LINE = 3;

  private BehindTheCurtain() {}

  static DataSource database() {
    var postgres = TestServer.DATA.resolve("postgres");
    try {
      var lines = Files.readAllLines(postgres.resolve("cluster").resolve("postmaster.pid"));
      var source = new PGSimpleDataSource();
      source.setURL(
          "jdbc:postgresql://127.0.0.1:%s/countersign".formatted(lines.get(PORT_LINE).strip()));
      source.setUser("postgres");
      source.setPassword(Files.readString(postgres.resolve("superuser-password")).strip());
      return source;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> lines(String sql) {
    var lines = new ArrayList<String>();
    try (var connection = database().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      while (row.next()) {
        lines.add(row.getString(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return lines;
  }
}
