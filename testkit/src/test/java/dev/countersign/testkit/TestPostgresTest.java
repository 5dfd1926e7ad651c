package dev.countersign.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestPostgresTest {

  @Test
  void everyCallCopiesTheMigratedTemplate() throws SQLException {
    var migrations = new AtomicInteger();
    var first = TestPostgres.database("copied", database -> migrate(database, migrations));
    execute(first, "INSERT INTO t VALUES (1)");
    var second = TestPostgres.database("copied", database -> migrate(database, migrations));

    assertThat(migrations).hasValue(1);
    assertThat(second.name()).isNotEqualTo(first.name());
    assertThat(second.port()).isEqualTo(first.port());
    assertThat(count(first)).isEqualTo(1);
    assertThat(count(second)).as("databases do not see one another's rows").isZero();
  }

  @Test
  void rolesOfTheMigrationMayConnect() throws SQLException {
    var database = TestPostgres.database("with_role", TestPostgresTest::makeRole);
    try (var connection = database.dataSource("testkit_app", "a password").getConnection()) {
      assertThat(connection.getMetaData().getUserName()).isEqualTo("testkit_app");
    }
  }

  @Test
  void failedMigrationIsNotMistakenForATemplate() throws SQLException {
    assertThatThrownBy(() ->
            TestPostgres.database(
                "failing",
                _ -> {
                  throw new IllegalStateException("broken migration");
                }))
        .hasMessage("broken migration");
    var migrations = new AtomicInteger();
    TestPostgres.database("failing", database -> migrate(database, migrations));
    assertThat(migrations).hasValue(1);
  }

  @Test
  void namesAreChecked() {
    assertThatThrownBy(() -> TestPostgres.database("x; DROP DATABASE postgres", _ -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("`x; DROP DATABASE postgres`");
  }

  @Test
  void passwordIsNotShown() {
    var database = new TestDatabase("127.0.0.1", 1, "d", "postgres", "secret word");
    assertThat(database).asString().doesNotContain("secret word");
  }

  @Test
  void nothingIsLeftByAnEndedOrAKilledRun(@TempDir Path module) throws Exception {
    var runs = new RunFolders(module.resolve("runs"));

    var killed = spawn(module);
    var abandoned = firstLine(killed);
    killed.toHandle().destroyForcibly();
    killed.waitFor();
    assertThat(isPostgres(abandoned)).isTrue();

    var ended = spawn(module);
    var stopped = firstLine(ended);
    ended.getOutputStream().close();
    assertThat(ended.waitFor()).isZero();
    Await.until(
        "the end of both servers",
        Duration.ofSeconds(10),
        () -> !isPostgres(abandoned) && !isPostgres(stopped));
    assertThat(runs.runs()).isEmpty();
  }

  @Test
  void theyLieOnDiskWhereMemoryHasNoRoom(@TempDir Path memory) {
    var disk = Path.of("target", "test-postgres");
    assertThat(RunFolders.within(memory, 1, disk).getParent()).isEqualTo(memory);
    assertThat(RunFolders.within(memory, Long.MAX_VALUE, disk)).isEqualTo(disk);
    assertThat(RunFolders.within(memory.resolve("none"), 1, disk)).isEqualTo(disk);
  }

  @Test
  void connectionsAreUsedAgainWithoutTheTransactionOfBefore() throws SQLException {
    var database = TestPostgres.database();
    execute(database, "CREATE TABLE t (n int)");
    var login = database.superuserDataSource();
    int first;
    try (var connection = login.getConnection();
        var statement = connection.createStatement()) {
      first = backend(connection);
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (1)");
    }
    try (var again = login.getConnection()) {
      assertThat(backend(again)).isEqualTo(first);
      assertThat(again.getAutoCommit()).isTrue();
      assertThat(count(database)).isZero();
    }
  }

  @Test
  void connectionThatTheServerEndedIsNotGivenAgain() throws SQLException {
    var login = TestPostgres.database().superuserDataSource();
    try (var ended = login.getConnection();
        var killer = login.getConnection();
        var statement = killer.createStatement()) {
      statement.execute("SELECT pg_terminate_backend(%d, 5000)".formatted(backend(ended)));
    }
    try (var one = login.getConnection();
        var other = login.getConnection()) {
      assertThat(backend(one)).isNotEqualTo(backend(other));
    }
  }

  private static int backend(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static Process spawn(Path module) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-D%s=runs".formatted(RunFolders.PROPERTY),
            OneTestRun.class.getName())
        .directory(module.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static long firstLine(Process process) throws IOException {
    var reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return Long.parseLong(reader.readLine());
  }

  private static boolean isPostgres(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().command())
        .filter(command -> command.endsWith("/postgres"))
        .isPresent();
  }

  private static void migrate(TestDatabase database, AtomicInteger migrations) {
    migrations.incrementAndGet();
    try {
      execute(database, "CREATE TABLE t (n int)");
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static void makeRole(TestDatabase database) {
    try {
      execute(
          database,
          """
          DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'testkit_app') THEN
              CREATE ROLE testkit_app LOGIN PASSWORD 'a password';
            END IF;
          END $$\
          """);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static void execute(TestDatabase database, String command) throws SQLException {
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  private static long count(TestDatabase database) throws SQLException {
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM t")) {
      row.next();
      return row.getLong(1);
    }
  }
}
