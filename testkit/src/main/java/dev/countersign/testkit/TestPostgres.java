package dev.countersign.testkit;

import dev.countersign.postgres.Durability;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.PostgresUnavailable;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// The one PostgreSQL of this JVM's tests, and the databases on it.
///
/// ```java
/// static final TestDatabase DATABASE = TestPostgres.database("policy", PolicySchema::migrate);
/// ```
///
/// It starts with the first database, under `target/test-postgres` of the module, and is stopped
/// and deleted when the JVM ends; what a killed earlier run left there is stopped and deleted
/// first.
///
/// Safe for use by many threads.
public final class TestPostgres {

  private static final Path RUNS = Path.of("target", "test-postgres");
  // Many small pools: each test class may keep its own.
  private static final int MAX_CONNECTIONS = 300;
  // PostgreSQL cuts names at 63 bytes; a number is appended.
  private static final Pattern TEMPLATE_NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

  private final EmbeddedPostgres postgres;
  private final Map<String, String> templates = new TreeMap<>();
  private int created;

  private TestPostgres(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  private static final class OfThisJvm {
    static final TestPostgres INSTANCE = new TestPostgres(startAnew());
  }

  /// A new database, copied from a template.
  ///
  /// @param template names what `migrate` makes: in one JVM a name MUST always come with the same
  ///   migrations
  /// @param migrate run once for each template name, on its database as superuser. Roles belong to
  ///   the whole server, so it MUST create them only where they are missing. It MUST close its
  ///   connections: a database in use cannot be copied.
  public static TestDatabase database(String template, Consumer<TestDatabase> migrate) {
    return OfThisJvm.INSTANCE.copyOf(template, migrate);
  }

  /// A new empty database.
  public static TestDatabase database() {
    return database("empty", _ -> {});
  }

  /// Under the lock of this object: PostgreSQL copies a template for one at a time anyway.
  private synchronized TestDatabase copyOf(String template, Consumer<TestDatabase> migrate) {
    if (!TEMPLATE_NAME.matcher(template).matches()) {
      throw new IllegalArgumentException(
          "a template's name is lower case letters, digits and _, not `%s`".formatted(template));
    }
    var source = templates.get(template);
    if (source == null) {
      source = create(template, "template0");
      // Remembered only once migrated: after a failure the next caller sees it, too.
      migrate.accept(database(source));
      templates.put(template, source);
    }
    return database(create(template, source));
  }

  private TestDatabase database(String name) {
    return new TestDatabase(
        postgres.host(), postgres.port(), name, postgres.superuser(), postgres.superuserPassword());
  }

  private String create(String base, String template) {
    created++;
    var name = base + "_" + created;
    try (var connection = database("postgres").superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE %s TEMPLATE %s".formatted(name, template));
      return name;
    } catch (SQLException failure) {
      throw new IllegalStateException(
          "cannot create a database from `%s`; did its migration close its connections?"
              .formatted(template),
          failure);
    }
  }

  private static EmbeddedPostgres startAnew() {
    try {
      removeLeftovers();
      Files.createDirectories(RUNS);
      var directory = Files.createTempDirectory(RUNS, "run");
      var postgres =
          EmbeddedPostgres.start(
              Settings.in(directory)
                  .with(Durability.TESTS_ONLY)
                  .withMaxConnections(MAX_CONNECTIONS)
                  .with("shared_buffers", "128MB")
                  .with("max_wal_size", "512MB")
                  .with("autovacuum", "off")); // It would hold a template while it is copied.
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    postgres.close();
                    EmbeddedPostgres.remove(directory);
                  },
                  "test-postgres-stop"));
      return postgres;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void removeLeftovers() throws IOException {
    for (var run : runs()) {
      try {
        EmbeddedPostgres.remove(run);
      } catch (PostgresUnavailable.InUse living) {
        // Another JVM's tests in this module: theirs to remove.
      }
    }
  }

  private static List<Path> runs() throws IOException {
    if (!Files.isDirectory(RUNS)) {
      return List.of();
    }
    try (var runs = Files.list(RUNS)) {
      return runs.filter(Files::isDirectory).sorted().toList();
    }
  }
}
