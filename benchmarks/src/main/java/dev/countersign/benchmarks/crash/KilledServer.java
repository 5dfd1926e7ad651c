package dev.countersign.benchmarks.crash;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.usecase.Fsck;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/// The whole server on data of its own, killed under requests over HTTP, every other time its
/// PostgreSQL with it, and started again on what is left.
public final class KilledServer {
  private static final int CLIENTS = 8;
  private static final int LONGEST_LIFE_MILLIS = 1_500;

  /// One kill in so many does not wait for a first answer.
  private static final int EARLY = 10;

  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration REQUEST = Duration.ofSeconds(10);
  private static final int POLL_MILLIS = 20;

  /// Kills between two lines that tell how far it is.
  private static final int PROGRESS = 10;

  private final Path root;
  private final Path data;
  private final Path output;
  private final Random random;
  private final int port;

  /// @param root the repository's folder, in which the server is built
  /// @param folder an empty folder, which keeps everything
  public KilledServer(Path root, Path folder, long seed) throws IOException {
    this.root = root;
    this.data = folder.resolve("data");
    this.output = folder.resolve("server.out");
    this.random = new Random(seed);
    try (var probe = new ServerSocket(0)) {
      this.port = probe.getLocalPort();
    }
  }

  /// Somebody who asks the server until it does not run any more.
  @FunctionalInterface
  public interface Client {
    void ask(BooleanSupplier running) throws InterruptedException;
  }

  /// Kills so many times.
  ///
  /// @param answers how many answers the clients have had so far
  /// @return how many kills came before the first answer
  public int kill(int kills, Client client, LongSupplier answers)
      throws IOException, InterruptedException {
    int early = 0;
    for (int i = 0; i < kills; i++) {
      long before = answers.getAsLong();
      killOne(i % 2 == 1, client, answers);
      early += answers.getAsLong() == before ? 1 : 0;
      if ((i + 1) % PROGRESS == 0) {
        System.out.printf("killed %d of %d times, %d answers%n", i + 1, kills, answers.getAsLong());
      }
    }
    return early;
  }

  private void killOne(boolean databaseToo, Client client, LongSupplier answers)
      throws IOException, InterruptedException {
    long before = answers.getAsLong();
    var server = start();
    try {
      var clients = new ArrayList<Thread>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(Thread.ofPlatform().start(() -> ask(client, server)));
      }
      boolean whileWarming = random.nextInt(EARLY) == 0;
      int life = random.nextInt(LONGEST_LIFE_MILLIS);
      if (!whileWarming) {
        awaitAnswer(before, answers);
      }
      Thread.sleep(life);
      server.destroyForcibly();
      if (databaseToo) {
        killDatabase();
      }
      server.waitFor();
      for (var thread : clients) {
        thread.join();
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private static void ask(Client client, Process server) {
    try {
      client.ask(server::isAlive);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Starts the server and waits until it is ready.
  public Process start() throws IOException, InterruptedException {
    var server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dcountersign.packs=" + root.resolve("packs").toAbsolutePath(),
                "-jar",
                root.resolve("server/target/quarkus-app/quarkus-run.jar").toString(),
                "demo",
                "--no-browser",
                "--port",
                Integer.toString(port),
                "--data-dir",
                data.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      awaitReady(server);
      return server;
    } catch (IOException | InterruptedException | RuntimeException notStarted) {
      server.destroyForcibly(); // Nobody else knows of it.
      throw notStarted;
    }
  }

  private void awaitReady(Process server) throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (!Files.readString(output).contains("Countersign is ready")) {
      if (!server.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("the server did not start: " + Files.readString(output));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void awaitAnswer(long before, LongSupplier answers)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (answers.getAsLong() == before) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("nothing was answered: " + Files.readString(output));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /// A request in the name of one of the demo's keys; without a body it is a GET.
  public HttpRequest request(String key, String path, Optional<Json> body) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Authorization", "Bearer " + key(key))
            .timeout(REQUEST);
    return body.map(json ->
            request
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json.toString())))
        .orElse(request)
        .build();
  }

  /// A short rest after a request that had no answer.
  public static void rest() throws InterruptedException {
    Thread.sleep(POLL_MILLIS);
  }

  private String key(String name) {
    try {
      JsonObject demo = JsonReader.readObject(Files.readString(data.resolve("demo.json")));
      return demo.object("api_keys")
          .flatMap(keys -> keys.text(name))
          .orElseThrow(() -> new IllegalStateException("`demo.json` has no key `" + name + "`"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void killDatabase() throws IOException {
    var pid = data.resolve("postgres").resolve("cluster").resolve("postmaster.pid");
    ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).getFirst().strip()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  /// What reads the database that is left, as a superuser.
  @FunctionalInterface
  public interface Reading<T> {
    T read(DataSource superuser) throws SQLException;
  }

  /// What was read, and what `fsck` found.
  public record Left<T>(T read, Fsck.Finding log) {}

  /// Reads what is left, with no server running.
  public <T> Left<T> left(Reading<T> reading) throws IOException, SQLException {
    try (var postgres = EmbeddedPostgres.start(Settings.in(data.resolve("postgres")))) {
      var database =
          Place.source(
              postgres.jdbcUrl("countersign"), postgres.superuser(), postgres.superuserPassword());
      var key = VerifierKey.parse(new Fsck(database, Optional.empty()).storedKey().orElseThrow());
      var ledger = data.resolve("ledger");
      return new Left<>(
          reading.read(database),
          Place.fsck(
              database,
              ledger.resolve("content-keys"),
              ledger.resolve("checkpoint"),
              TrustedKeys.of(key)));
    }
  }

  /// Removes the database.
  public void remove() {
    EmbeddedPostgres.remove(data.resolve("postgres"));
  }
}
