package dev.countersign.testkit;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;

/// Looks for a text in a whole database, as somebody would who has a dump of it: in every column of
/// every table, whatever its type.
public final class DatabaseSearch {
  private DatabaseSearch() {}

  /// The tables whose rows hold `text`, each row once, as `schema.table: row`. Bytes are looked
  /// through as UTF-8; the connection MUST be a superuser's.
  public static List<String> rowsWith(DataSource superuser, String text) {
    // A row as text has its bytes in hexadecimal and its quotes doubled.
    return rowsWith(superuser, text.replace("\"", "\"\""), text.getBytes(StandardCharsets.UTF_8));
  }

  /// The same for bytes, which are looked for in hexadecimal too.
  public static List<String> rowsWith(DataSource superuser, byte[] bytes) {
    return rowsWith(superuser, HexFormat.of().formatHex(bytes), bytes);
  }

  private static List<String> rowsWith(DataSource superuser, String text, byte[] bytes) {
    var found = new ArrayList<String>();
    var hex = HexFormat.of().formatHex(bytes);
    try (var connection = superuser.getConnection()) {
      for (var table : tables(connection)) {
        try (var statement =
            connection.prepareStatement(
                "select r::text from %s r where strpos(r::text, ?) > 0 or strpos(r::text, ?) > 0"
                    .formatted(table))) {
          statement.setString(1, text);
          statement.setString(2, hex);
          try (var row = statement.executeQuery()) {
            while (row.next()) {
              found.add(table + ": " + row.getString(1));
            }
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }

  private static List<String> tables(Connection connection) throws SQLException {
    var tables = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select format('%I.%I', n.nspname, c.relname)
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
                order by 1
                """)) {
      while (row.next()) {
        tables.add(row.getString(1));
      }
    }
    return tables;
  }
}
