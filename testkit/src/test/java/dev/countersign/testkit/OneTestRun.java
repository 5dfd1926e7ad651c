package dev.countersign.testkit;

import java.io.OutputStream;

/// Stands for a JVM that runs tests: prints the database's pid and waits for its end.
final class OneTestRun {

  private OneTestRun() {}

  static void main() throws Exception {
    var database = TestPostgres.database();
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")) {
      row.next();
      System.out.println(row.getString(1));
      System.out.flush();
    }
    System.in.transferTo(OutputStream.nullOutputStream());
  }
}
