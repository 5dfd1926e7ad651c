package dev.countersign.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/// A running PostgreSQL in a directory of its own.
///
/// ```java
/// try (var postgres = EmbeddedPostgres.start(Settings.in(Path.of("data/postgres")))) {
///   var url = postgres.jdbcUrl("postgres");
/// }
/// ```
///
/// The owner MUST close it; it installs no shutdown hook. After a `kill -9` the database runs on,
/// and the next `start` on the directory adopts it if its settings are the same, else restarts it.
///
/// Safe for use by many threads.
public final class EmbeddedPostgres implements AutoCloseable {

  // Recovery after a crash reads at most the WAL of two checkpoints, some gigabytes.
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  // A fast stop disconnects everybody and writes a checkpoint.
  private static final Duration FAST_STOP_LIMIT = Duration.ofSeconds(60);
  private static final Duration IMMEDIATE_STOP_LIMIT = Duration.ofSeconds(10);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
  private static final int POLL_MILLIS = 20;
  // Another program may take the port between our look and PostgreSQL's bind.
  private static final int PORT_ATTEMPTS = 5;
  private static final int CONNECT_SECONDS = 10;

  private static final String HOST = "127.0.0.1";

  private final DirectoryLock lock;
  private final Cluster cluster;
  private final Programs programs;
  private final Postmaster postmaster;
  private final String password;
  private boolean closed;

  private EmbeddedPostgres(
      DirectoryLock lock,
      Cluster cluster,
      Programs programs,
      Postmaster postmaster,
      String password) {
    this.lock = lock;
    this.cluster = cluster;
    this.programs = programs;
    this.postmaster = postmaster;
    this.password = password;
  }

  /// Starts the database of a directory, and makes it if there is none.
  ///
  /// @throws PostgresUnavailable when there is no database to be had; nothing of it is left running
  public static EmbeddedPostgres start(Settings settings) {
    return start(settings, Binaries.cacheFolder());
  }

  static EmbeddedPostgres start(Settings requested, Path cache) {
    var platform = Platform.current();
    var binaries = Binaries.onClassPath(platform);
    var programs = Programs.in(binaries.unpackedIn(cache));
    try {
      Directories.createOwnerOnly(requested.directory());
      var settings =
          new Settings(
              requested.directory().toRealPath(),
              requested.durability(),
              requested.maxConnections(),
              requested.extra());
      var lock = DirectoryLock.hold(settings.directory());
      try {
        var cluster = new Cluster(settings.directory(), programs, binaries.majorVersion());
        return started(settings, platform, binaries.version(), programs, cluster, lock);
      } catch (IOException | RuntimeException failure) {
        lock.close();
        throw failure;
      }
    } catch (IOException failure) {
      throw Directories.failed(requested.directory(), failure);
    }
  }

  private static EmbeddedPostgres started(
      Settings settings,
      Platform platform,
      String version,
      Programs programs,
      Cluster cluster,
      DirectoryLock lock)
      throws IOException {
    var password = cluster.initialised(settings.durability());
    try {
      var postmaster = adopted(settings, platform, version, cluster);
      if (postmaster.isEmpty()) {
        postmaster = Optional.of(launched(settings, platform, version, cluster));
      }
      var postgres = new EmbeddedPostgres(lock, cluster, programs, postmaster.get(), password);
      postgres.requireWhatWasAsked(settings);
      return postgres;
    } catch (IOException | RuntimeException failure) {
      stop(cluster);
      throw failure;
    }
  }

  /// What a killed process left running, if it runs as it would be started now.
  private static Optional<Postmaster> adopted(
      Settings settings, Platform platform, String version, Cluster cluster) throws IOException {
    var orphan = Postmaster.of(cluster.files());
    if (orphan.isEmpty()) {
      return orphan;
    }
    var wanted =
        Configuration.of(settings, version, orphan.get().port(), platform.longestSocketPath());
    if (cluster.isConfiguredAs(wanted)) {
      return orphan;
    }
    stop(cluster);
    return Optional.empty();
  }

  private static Postmaster launched(
      Settings settings, Platform platform, String version, Cluster cluster) throws IOException {
    var reason = "";
    for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      var configuration =
          Configuration.of(settings, version, freePort(), platform.longestSocketPath());
      var ended = cluster.start(configuration, START_LIMIT);
      if (ended.well()) {
        return Postmaster.of(cluster.files())
            .orElseThrow(() ->
                new PostgresUnavailable.Failed(
                    "PostgreSQL stopped as soon as it had started",
                    "see the logs in `%s`".formatted(settings.directory().resolve("log"))));
      }
      reason = ended.output() + " | " + cluster.lastWords();
      if (!reason.contains("could not create any TCP/IP sockets")) {
        break;
      }
    }
    throw new PostgresUnavailable.Failed(
        "PostgreSQL does not start in `%s`: %s".formatted(settings.directory(), reason),
        "see the logs in `%s`".formatted(settings.directory().resolve("log")));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST))) {
      return socket.getLocalPort();
    }
  }

  /// Asks the server itself: `ALTER SYSTEM` or an edited file may have overruled our settings.
  private void requireWhatWasAsked(Settings settings) {
    try (var connection = firstConnection();
        var statement = connection.createStatement()) {
      if (!Files.isSameFile(Path.of(shown(statement, "data_directory")), cluster.files())) {
        throw new PostgresUnavailable.Failed(
            "port %d is another PostgreSQL's".formatted(port()), "start again");
      }
      for (var setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        var value = shown(statement, setting);
        if (settings.durability() == Durability.DURABLE && !value.equals("on")) {
          throw new PostgresUnavailable.Unsafe(
              "`%s` is `%s`, so what is answered may be lost".formatted(setting, value),
              "remove it from `postgresql.auto.conf` (ALTER SYSTEM RESET %s)".formatted(setting));
        }
      }
    } catch (SQLException failure) {
      throw new PostgresUnavailable.Failed(
          "PostgreSQL runs but refuses us: " + failure.getMessage(),
          "was the password of `%s` changed? Put it into `superuser-password`"
              .formatted(Cluster.SUPERUSER),
          failure);
    } catch (IOException failure) {
      throw Directories.failed(settings.directory(), failure);
    }
  }

  /// An adopted server may still be starting.
  private Connection firstConnection() throws SQLException {
    var source = new PGSimpleDataSource();
    source.setURL(jdbcUrl("postgres"));
    source.setUser(superuser());
    source.setPassword(password);
    source.setLoginTimeout(CONNECT_SECONDS);
    var deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try {
        return source.getConnection();
      } catch (SQLException failure) {
        // 57P03, cannot connect now: starting up. 08001: not yet listening.
        var starting = List.of("57P03", "08001").contains(String.valueOf(failure.getSQLState()));
        if (!starting || !postmaster.process().isAlive() || System.nanoTime() > deadline) {
          throw failure;
        }
        pause();
      }
    }
  }

  private static String shown(Statement statement, String setting) throws SQLException {
    try (var row = statement.executeQuery("SHOW " + setting)) {
      row.next();
      return row.getString(1);
    }
  }

  /// The address of a database of this server, without user and password.
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(HOST, port(), database);
  }

  public String host() {
    return HOST;
  }

  public int port() {
    return postmaster.port();
  }

  /// The number of the server's process.
  public long pid() {
    return postmaster.process().pid();
  }

  public String superuser() {
    return Cluster.SUPERUSER;
  }

  public String superuserPassword() {
    return password;
  }

  /// Where `postgres`, `initdb` and `pg_ctl` are.
  public Path binDirectory() {
    return programs.bin();
  }

  /// Stops the database: fast, then at once, then by force. Blocks until it is gone.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      stop(cluster);
    } finally {
      lock.close();
    }
  }

  /// Stops what a killed process left running on a directory and deletes it with all its data.
  ///
  /// @throws PostgresUnavailable.InUse when its owner still lives
  public static void remove(Path directory) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try {
      var binaries = Binaries.onClassPath(Platform.current());
      try (var _ = DirectoryLock.hold(directory)) {
        var real = directory.toRealPath();
        var files = real.resolve("cluster");
        if (Postmaster.of(files).isPresent()) {
          var programs = Programs.in(binaries.unpackedIn(Binaries.cacheFolder()));
          stop(new Cluster(real, programs, binaries.majorVersion()));
        }
        Directories.delete(real);
      }
    } catch (IOException failure) {
      throw Directories.failed(directory, failure);
    }
  }

  /// Never leaves a server behind, even when this thread is being interrupted.
  private static void stop(Cluster cluster) {
    var interrupted = Thread.interrupted();
    try {
      var running = Postmaster.of(cluster.files());
      if (running.isEmpty()) {
        return;
      }
      var process = running.get().process();
      if (!cluster.stop("fast", FAST_STOP_LIMIT).well()) {
        cluster.stop("immediate", IMMEDIATE_STOP_LIMIT);
      }
      if (!gone(process, cluster)) {
        process.destroyForcibly();
        gone(process, cluster);
      }
    } catch (IOException failure) {
      throw Directories.failed(cluster.files(), failure);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // Not ProcessHandle.onExit: where nobody collects dead processes (a container whose first process
  // is Java) the number of a stopped server stays.
  private static boolean gone(ProcessHandle process, Cluster cluster) {
    var deadline = System.nanoTime() + KILL_LIMIT.toNanos();
    while (Postmaster.runsOn(process, cluster.files())) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      pause();
    }
    return true;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new PostgresUnavailable.Failed(
          "interrupted while waiting for PostgreSQL", "start again", interruption);
    }
  }
}
