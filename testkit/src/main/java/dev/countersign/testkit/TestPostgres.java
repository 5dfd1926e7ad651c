package dev.countersign.testkit;

import dev.countersign.postgres.Durability;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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
/// It starts with the first database, in memory where there is room ([RunFolders]), and is stopped
/// and deleted when the JVM ends; what a killed earlier run left there is stopped and deleted
/// first.
///
/// Safe for use by many threads.
public final class TestPostgres {

  private static final int THIS_JVM = Integer.getInteger("test.jvm", 1);
  // Many small pools: each test class may keep its own.
  private static final int MAX_CONNECTIONS = 300;
  // PostgreSQL cuts names at 63 bytes; a number is appended.
  private static final Pattern TEMPLATE_NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

  private final EmbeddedPostgres postgres;
  private final Map<String, TestDatabase> templates = new TreeMap<>();
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
      source =
          copy(
              new TestDatabase(
                  postgres.host(),
                  postgres.port(),
                  "template0",
                  postgres.superuser(),
                  postgres.superuserPassword()),
              template);
      // Remembered only once migrated: after a failure the next caller sees it, too.
      migrate.accept(source);
      templates.put(template, source);
    }
    return copy(source, template);
  }

  private TestDatabase copy(TestDatabase source, String base) {
    created++;
    // Tests name folders by it, beside those of a JVM that runs other classes of their module.
    return source.copy(base + "_" + THIS_JVM + "_" + created);
  }

  private static EmbeddedPostgres startAnew() {
    try {
      return RunFolders.ofThisMachine().start(TestPostgres::startIn);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static EmbeddedPostgres startIn(Path directory) throws IOException {
    var postgres =
        EmbeddedPostgres.start(
            Settings.in(directory)
                .with(Durability.TESTS_ONLY)
                .withMaxConnections(MAX_CONNECTIONS)
                .with("shared_buffers", "128MB")
                .with("max_wal_size", "512MB")
                .with("min_wal_size", "64MB") // What is kept of it lies in memory.
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
  }
}
