package dev.countersign.benchmarks.crash;

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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;

/// Kills the whole server under requests over HTTP, every other time its PostgreSQL with it, starts
/// it again on what is left, and compares what it answered with its log.
public final class ServerCrash {
  private static final int CLIENTS = 8;
  private static final int LONGEST_LIFE_MILLIS = 1_500;

  /// One kill in so many does not wait for a first answer.
  private static final int EARLY = 10;

  private static final Duration START = Duration.ofMinutes(3);
  private static final int POLL_MILLIS = 20;

  /// Kills between two lines that tell how far it is.
  private static final int PROGRESS = 10;

  private static final String BODY =
      "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{\"tokens\":120,\"row_count\":10}}";
  private static final Pattern LOAD_KEY = Pattern.compile("\"load\":\"([^\"]*)\"");

  private final Path root;
  private final Path data;
  private final Path output;
  private final Random random;
  private final int port;
  private final Answers answers = new Answers();
  private int early;

  private ServerCrash(Path root, Path folder, long seed) throws IOException {
    this.root = root;
    this.data = folder.resolve("data");
    this.output = folder.resolve("server.out");
    this.random = new Random(seed);
    try (var probe = new ServerSocket(0)) {
      this.port = probe.getLocalPort();
    }
  }

  /// @param args the repository's folder, in which the server is built; how many kills; and the
  ///   seed of their moments
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    int kills = args.length > 1 ? Integer.parseInt(args[1]) : 50;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    var folder = Files.createTempDirectory("countersign-crash");
    System.out.println(
        "the whole server, killed %d times, every other time its database too, seed %d"
            .formatted(kills, seed));
    var verdict = run(Path.of(args[0]), folder, kills, seed);
    System.out.print(verdict.words());
    EmbeddedPostgres.remove(folder.resolve("data").resolve("postgres"));
    if (!verdict.sound()) {
      System.exit(1);
    }
  }

  /// @param root the repository's folder, in which the server is built
  /// @param folder an empty folder, which keeps everything
  static Verdict run(Path root, Path folder, int kills, long seed)
      throws IOException, InterruptedException, SQLException {
    var crash = new ServerCrash(root, folder, seed);
    for (int i = 0; i < kills; i++) {
      crash.killOne(i % 2 == 1);
      if ((i + 1) % PROGRESS == 0) {
        System.out.printf(
            "killed %d of %d times, %d answers%n", i + 1, kills, crash.answers.size());
      }
    }
    return crash.verdict(kills);
  }

  private void killOne(boolean databaseToo) throws IOException, InterruptedException {
    long before = answers.size();
    var server = start();
    try {
      var clients = new ArrayList<Thread>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(Thread.ofPlatform().start(() -> ask(server)));
      }
      boolean whileWarming = random.nextInt(EARLY) == 0;
      int life = random.nextInt(LONGEST_LIFE_MILLIS);
      if (!whileWarming) {
        awaitAnswer(before);
      }
      Thread.sleep(life);
      server.destroyForcibly();
      if (databaseToo) {
        killDatabase();
      }
      server.waitFor();
      for (var client : clients) {
        client.join();
      }
    } finally {
      server.destroyForcibly();
    }
    early += answers.size() == before ? 1 : 0;
  }

  private Process start() throws IOException, InterruptedException {
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
    long end = System.nanoTime() + START.toNanos();
    while (!Files.readString(output).contains("Countersign is ready")) {
      if (!server.isAlive() || System.nanoTime() > end) {
        server.destroyForcibly();
        throw new IllegalStateException("the server did not start: " + Files.readString(output));
      }
      Thread.sleep(POLL_MILLIS);
    }
    return server;
  }

  private void awaitAnswer(long before) throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (answers.size() == before) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("no check was answered: " + Files.readString(output));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /// Asks until the server is gone.
  private void ask(Process server) {
    try (var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v1/check"))
              .header("Content-Type", "application/json")
              .header("Authorization", "Bearer " + key())
              .timeout(Duration.ofSeconds(10))
              .POST(BodyPublishers.ofString(BODY))
              .build();
      while (server.isAlive()) {
        try {
          var answer = client.send(request, BodyHandlers.ofString());
          if (answer.statusCode() == 200) {
            answers.add(
                UUID.fromString(
                    JsonReader.readObject(answer.body()).text("decision_id").orElseThrow()));
          }
        } catch (IOException e) {
          // Most likely the kill; in any case no answer.
          Thread.sleep(POLL_MILLIS);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String key() throws IOException {
    var found = LOAD_KEY.matcher(Files.readString(data.resolve("demo.json")));
    if (!found.find()) {
      throw new IllegalStateException("`demo.json` has no key `load`");
    }
    return found.group(1);
  }

  private void killDatabase() throws IOException {
    var pid = data.resolve("postgres").resolve("cluster").resolve("postmaster.pid");
    ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).getFirst().strip()))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  private Verdict verdict(int kills) throws IOException, SQLException {
    try (var postgres = EmbeddedPostgres.start(Settings.in(data.resolve("postgres")))) {
      var database =
          CrashPlace.source(
              postgres.jdbcUrl("countersign"), postgres.superuser(), postgres.superuserPassword());
      var key = VerifierKey.parse(new Fsck(database, Optional.empty()).storedKey().orElseThrow());
      return new Verdict(
          kills,
          early,
          answers.compare(database),
          CrashPlace.fsck(
              database,
              data.resolve("ledger").resolve("content-keys"),
              data.resolve("ledger").resolve("checkpoint"),
              TrustedKeys.of(key)));
    }
  }
}
