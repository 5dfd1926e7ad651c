package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/// Each promise of the package, on a real server.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedPostgresTest {

  private Path shared;
  private EmbeddedPostgres durable;

  @BeforeAll
  void startOnce(@TempDir Path directory) {
    shared = directory;
    durable = EmbeddedPostgres.start(Settings.in(shared.resolve("with a space")));
  }

  @AfterAll
  void stopOnce() {
    durable.close();
  }

  @Test
  void commitsAreDurableByDefault() throws SQLException {
    assertThat(values(durable, "SHOW fsync")).containsExactly("on");
    assertThat(values(durable, "SHOW synchronous_commit")).containsExactly("on");
    assertThat(values(durable, "SHOW full_page_writes")).containsExactly("on");
    assertThat(values(durable, "SHOW data_checksums")).containsExactly("on");
    assertThat(values(durable, "SHOW wal_segment_size")).containsExactly("1MB");
  }

  @Test
  void wrongOrMissingPasswordIsRefused() {
    // 28P01: invalid_password; the driver itself refuses to answer without one.
    assertThatThrownBy(() -> connect(durable, "wrong").close())
        .isInstanceOfSatisfying(
            SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
    assertThatThrownBy(() -> connect(durable, "").close()).isInstanceOf(SQLException.class);
  }

  @Test
  void noRuleTrustsAnybody() throws SQLException {
    assertThat(values(durable, "SELECT DISTINCT auth_method FROM pg_hba_file_rules"))
        .containsExactly("scram-sha-256");
    assertThat(
            values(
                durable,
                "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolcanlogin"))
        .containsExactly("t");
  }

  @Test
  void passwordFileIsItsOwnersAlone() throws IOException {
    var file = shared.resolve("with a space/superuser-password");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(file).content().isEqualToIgnoringNewLines(durable.superuserPassword());
  }

  @Test
  void listensOnLoopbackOnly() throws SQLException {
    assertThat(values(durable, "SHOW listen_addresses")).containsExactly("127.0.0.1");
  }

  @Test
  void textIsOrderedByCodePoint() throws SQLException {
    assertThat(
            values(
                durable,
                "SELECT x FROM (VALUES ('é'),('a'),('Z'),('z'),('😀'),('ﬀ')) t(x) ORDER BY x"))
        .containsExactly("Z", "a", "z", "é", "ﬀ", "😀");
    assertThat(values(durable, "SELECT upper('é')")).containsExactly("É");
  }

  @Test
  void secondOpenerIsToldWhoHoldsTheDirectory() {
    var settings = Settings.in(shared.resolve("with a space"));
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(settings).close())
          .isInstanceOf(PostgresUnavailable.InUse.class)
          .hasMessageContaining(
              "is in use by the server with pid " + ProcessHandle.current().pid());
    }
    assertThatThrownBy(() -> EmbeddedPostgres.remove(settings.directory()))
        .isInstanceOf(PostgresUnavailable.InUse.class);
  }

  @Test
  void otherProcessIsToldWhoHoldsTheDirectory() throws Exception {
    var other = spawn(shared.resolve("with a space"));
    var output = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output).contains("in use by the server with pid " + ProcessHandle.current().pid());
  }

  @Test
  void runsInASessionOfItsOwn() throws IOException {
    var statistics = Path.of("/proc", Long.toString(durable.pid()), "stat");
    if (!Files.exists(statistics)) {
      return; // Only Linux shows sessions as files.
    }
    var text = Files.readString(statistics);
    // After the name: state, parent, process group, session (proc(5)).
    var fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    assertThat(fields[3]).isEqualTo(Long.toString(durable.pid()));
  }

  @Test
  void dataSurvivesARestart(@TempDir Path directory) throws SQLException {
    var settings = Settings.in(directory).withMaxConnections(20).with("work_mem", "8MB");
    long first;
    try (var postgres = EmbeddedPostgres.start(settings)) {
      first = postgres.pid();
      execute(postgres, "CREATE TABLE kept AS SELECT 'it''s kept' AS text");
      assertThat(values(postgres, "SHOW max_connections")).containsExactly("20");
      assertThat(values(postgres, "SHOW work_mem")).containsExactly("8MB");
    }
    assertNoProcessIsLeft(first, directory);
    try (var postgres = EmbeddedPostgres.start(settings)) {
      assertThat(values(postgres, "SELECT text FROM kept")).containsExactly("it's kept");
      execute(postgres, "ALTER SYSTEM SET fsync = off");
    }
    // Whoever loosens durability behind our back learns it before the first lost commit.
    assertThatThrownBy(() -> EmbeddedPostgres.start(settings).close())
        .isInstanceOf(PostgresUnavailable.Unsafe.class)
        .hasMessageContaining("`fsync` is `off`");
    assertThat(directory.resolve("cluster/postmaster.pid")).doesNotExist();
  }

  @Test
  void databaseOfAKilledProcessIsAdopted(@TempDir Path directory) throws Exception {
    var settings = Settings.in(directory).with(Durability.TESTS_ONLY);
    var orphan = killedAfterStart(directory);
    try (var postgres = EmbeddedPostgres.start(settings)) {
      assertThat(postgres.pid()).isEqualTo(orphan);
      assertThat(values(postgres, "SHOW fsync")).containsExactly("off");
    }
    assertNoProcessIsLeft(orphan, directory);

    var unsafe = killedAfterStart(directory);
    try (var postgres = EmbeddedPostgres.start(settings.with(Durability.DURABLE))) {
      assertThat(postgres.pid()).as("other settings need a restart").isNotEqualTo(unsafe);
      assertThat(values(postgres, "SHOW fsync")).containsExactly("on");
    }

    var removed = killedAfterStart(directory);
    EmbeddedPostgres.remove(directory);
    assertNoProcessIsLeft(removed, directory);
    assertThat(directory).doesNotExist();
    Files.createDirectory(directory); // For JUnit to delete.
  }

  @Test
  void leftoversOfAnInterruptedStartAreReplaced(@TempDir Path directory) throws Exception {
    var half = Files.createDirectories(directory.resolve("cluster.new/base"));
    Files.writeString(half.resolve("torn"), "x");
    Files.writeString(directory.resolve("superuser-password.new"), "torn");
    var settings = Settings.in(directory).with(Durability.TESTS_ONLY);
    try (var postgres = EmbeddedPostgres.start(settings)) {
      assertThat(values(postgres, "SELECT 1")).containsExactly("1");
    }
    // The number of a process that is alive and no PostgreSQL, as after a reboot.
    Files.writeString(
        directory.resolve("cluster/postmaster.pid"),
        ProcessHandle.current().pid() + "\n" + directory.resolve("cluster") + "\n1\n5432\n\n");
    try (var postgres = EmbeddedPostgres.start(settings)) {
      assertThat(values(postgres, "SELECT 1")).containsExactly("1");
    }
  }

  @Test
  void failedStartNamesTheReason(@TempDir Path directory) {
    var settings =
        Settings.in(directory).with(Durability.TESTS_ONLY).with("shared_buffers", "plenty");
    assertThatThrownBy(() -> EmbeddedPostgres.start(settings).close())
        .isInstanceOf(PostgresUnavailable.Failed.class)
        .hasMessageContaining("shared_buffers")
        .hasMessageNotContaining("\n");
  }

  private static long killedAfterStart(Path directory) throws Exception {
    var process = spawn(directory);
    try (var output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      var pid = Long.parseLong(output.readLine());
      process.toHandle().destroyForcibly();
      process.waitFor();
      assertThat(ProcessHandle.of(pid)).as("the database outlives a kill -9").isPresent();
      return pid;
    }
  }

  private static Process spawn(Path directory) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "--enable-native-access=ALL-UNNAMED",
            Orphaned.class.getName(),
            directory.toString())
        .redirectErrorStream(true)
        .start();
  }

  private static void assertNoProcessIsLeft(long pid, Path directory) {
    assertThat(ProcessHandle.of(pid).filter(p -> p.info().command().isPresent())).isEmpty();
    assertThat(
            ProcessHandle.allProcesses()
                .filter(p -> Postmaster.runsOn(p, directory.resolve("cluster"))))
        .isEmpty();
  }

  private static List<String> values(EmbeddedPostgres postgres, String query) throws SQLException {
    try (var connection = connect(postgres, postgres.superuserPassword());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  private static void execute(EmbeddedPostgres postgres, String command) throws SQLException {
    try (var connection = connect(postgres, postgres.superuserPassword());
        var statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  private static Connection connect(EmbeddedPostgres postgres, String password)
      throws SQLException {
    var source = new PGSimpleDataSource();
    source.setURL(postgres.jdbcUrl("postgres"));
    source.setUser(postgres.superuser());
    source.setPassword(password);
    return source.getConnection();
  }
}
