package dev.countersign.benchmarks.crash;

import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/// Kills the whole server under requests over HTTP, every other time its PostgreSQL with it, starts
/// it again on what is left, and compares what it answered with its log.
public final class ServerCrash {
  private static final String BODY =
      "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{\"tokens\":120,\"row_count\":10}}";

  private final KilledServer server;
  private final Answers answers = new Answers();

  private ServerCrash(KilledServer server) {
    this.server = server;
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
    if (!verdict.sound()) {
      System.exit(1);
    }
  }

  /// @param root the repository's folder, in which the server is built
  /// @param folder an empty folder, which keeps everything but the database
  static Verdict run(Path root, Path folder, int kills, long seed)
      throws IOException, InterruptedException, SQLException {
    var server = new KilledServer(root, folder, seed);
    var crash = new ServerCrash(server);
    int early = server.kill(kills, crash::ask, crash.answers::size);
    var left = server.left(crash.answers::compare);
    server.remove();
    return new Verdict(kills, early, left.read(), left.log());
  }

  /// Asks until the server is gone.
  private void ask(BooleanSupplier running) throws InterruptedException {
    try (var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
      var request = server.request("load", "/v1/check", Optional.of(JsonReader.readObject(BODY)));
      while (running.getAsBoolean()) {
        try {
          var answer = client.send(request, BodyHandlers.ofString());
          if (answer.statusCode() == 200) {
            answers.add(
                UUID.fromString(
                    JsonReader.readObject(answer.body()).text("decision_id").orElseThrow()));
          }
        } catch (IOException e) {
          // Most likely the kill; in any case no answer.
          KilledServer.rest();
        }
      }
    }
  }
}
