package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.store.DatabaseRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// How to reach the database that a server on this machine runs in its data directory: by the
/// owner-only files there.
final class EmbeddedDatabase {
  private static final String DATABASE = "countersign";
  private static final String SUPERUSER = "postgres";

  private static final int CONNECT_SECONDS = 5;

  // No transaction of the product lasts longer.
  private static final String LIMIT = " -c statement_timeout=5s";

  // The fourth line of PostgreSQL's own pid file.
  private static final int PORT_LINE = 3;

  private EmbeddedDatabase() {}

  /// Connections that may read everything and write nothing.
  static DataSource in(Path dataDirectory) {
    var postgres = dataDirectory.resolve("postgres");
    if (!Files.isDirectory(postgres)) {
      throw new CommandFailure.NotUsable(
          "`" + dataDirectory + "` has no database in it",
          "give the data directory of a server, or --database-url for a database of your own");
    }
    var source = readOnly("jdbc:postgresql://127.0.0.1:%d/%s".formatted(port(postgres), DATABASE));
    source.setUser(SUPERUSER);
    source.setPassword(read(postgres.resolve("superuser-password")).strip());
    // The superuser logs in and at once becomes the role that can only read.
    source.setOptions("-c role=" + DatabaseRole.FSCK.login() + " " + source.getOptions());
    return source;
  }

  /// Connections that may do what a server may for its callers.
  static DataSource writing(Path dataDirectory) {
    var source = (PGSimpleDataSource) in(dataDirectory);
    source.setOptions("-c role=" + DatabaseRole.APP.login() + LIMIT);
    return source;
  }

  /// The same by a login of somebody's own.
  static DataSource writing(String url, String user, String password) {
    var source = (PGSimpleDataSource) at(url, user, password);
    source.setOptions(LIMIT.strip());
    return source;
  }

  /// Connections to another database, by a login that may read it.
  static DataSource at(String url, String user, String password) {
    var source = readOnly(url);
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  private static PGSimpleDataSource readOnly(String url) {
    var source = new PGSimpleDataSource();
    try {
      source.setURL(url);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure.NotUsable(
          "`" + url + "` is not the address of a database",
          "write it as jdbc:postgresql://host:5432/countersign");
    }
    source.setApplicationName("countersign ledger");
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setOptions("-c default_transaction_read_only=on" + LIMIT);
    return source;
  }

  private static int port(Path postgres) {
    var file = postgres.resolve("cluster").resolve("postmaster.pid");
    if (!Files.exists(file)) {
      throw notRunning(postgres);
    }
    List<String> lines = read(file).lines().toList();
    try {
      if (lines.size() > PORT_LINE && alive(lines.getFirst())) {
        return Integer.parseInt(lines.get(PORT_LINE).strip());
      }
    } catch (NumberFormatException torn) {
      throw notRunning(postgres);
    }
    throw notRunning(postgres);
  }

  private static boolean alive(String pid) {
    return ProcessHandle.of(Long.parseLong(pid.strip())).filter(ProcessHandle::isAlive).isPresent();
  }

  private static CommandFailure notRunning(Path postgres) {
    return new CommandFailure.Failed(
        "the database in `" + postgres + "` is not running",
        "start its server: `countersign demo` or `countersign serve` with the same data directory");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read", "run this as the user who runs the server", e);
    }
  }
}
