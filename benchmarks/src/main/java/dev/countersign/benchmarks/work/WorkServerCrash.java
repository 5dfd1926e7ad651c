package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.crash.KilledServer;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/// Kills the whole server while cases are moved over HTTP, every other time its PostgreSQL with it,
/// and then looks for a transition that was made twice, lost, or answered and not logged.
public final class WorkServerCrash {
  private static final int CREATED = 201;
  private static final int OK = 200;

  /// What a killed server left behind is due within seconds.
  private static final Duration SETTLED = Duration.ofSeconds(15);

  private final KilledServer server;
  private final Executed answered = new Executed();

  private WorkServerCrash(KilledServer server) {
    this.server = server;
  }

  /// @param args the repository's folder, in which the server is built; how many kills; the seed
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    int kills = Integer.parseInt(args[1]);
    long seed = Long.parseLong(args[2]);
    var folder = Files.createTempDirectory("countersign-work");
    System.out.println(
        "the whole server, killed %d times while cases are moved, every other time its database too, seed %d"
            .formatted(kills, seed));
    var verdict = run(Path.of(args[0]), folder, kills, seed);
    System.out.print(verdict.words());
    if (!verdict.sound()) {
      System.exit(1);
    }
  }

  /// @param root the repository's folder, in which the server is built
  /// @param folder an empty folder, which keeps everything but the database
  static WorkVerdict run(Path root, Path folder, int kills, long seed)
      throws IOException, InterruptedException, SQLException {
    var server = new KilledServer(root, folder, seed);
    var crash = new WorkServerCrash(server);
    crash.whileItRuns(crash::prepare);
    int early = server.kill(kills, crash::move, crash.answered::answers);
    crash.whileItRuns(_ -> Thread.sleep(SETTLED));
    var left = server.left(superuser -> crash.answered.compare(superuser, Receiver.Log.EMPTY));
    server.remove();
    return new WorkVerdict(kills, early, left.read(), left.log());
  }

  @FunctionalInterface
  private interface Step {
    void with(HttpClient client) throws IOException, InterruptedException;
  }

  private void whileItRuns(Step step) throws IOException, InterruptedException {
    var process = server.start();
    try (var client = HttpClient.newHttpClient()) {
      step.with(client);
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private void prepare(HttpClient client) throws IOException, InterruptedException {
    var definition = Json.object().put("definition", WorkRoom.DEFINITION).build();
    expect(CREATED, send(client, "admin", "/v1/workflows", definition));
    for (var transition : List.of("go", "return")) {
      expect(
          OK,
          send(
              client,
              "admin",
              "/v1/workflows/shuttle/gates/" + transition + "/authorize",
              Json.object().put("reason", "measured").build()));
    }
  }

  private static JsonObject expect(int status, HttpResponse<String> answer) {
    if (answer.statusCode() != status) {
      throw new IllegalStateException(answer.uri() + ": " + answer.body());
    }
    return JsonReader.readObject(answer.body());
  }

  /// Opens cases and moves each there and back, until the server is gone.
  private void move(BooleanSupplier running) throws InterruptedException {
    try (var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
      while (running.getAsBoolean()) {
        try {
          var opened =
              send(
                  client,
                  "replay_agent",
                  "/v1/cases",
                  Json.object().put("workflow", "shuttle").build());
          if (opened.statusCode() == CREATED) {
            var caseId = WorkRoom.id(JsonReader.readObject(opened.body()), "case_id");
            if (moved(client, caseId, 1, "go")) {
              moved(client, caseId, 2, "return");
            }
          }
        } catch (IOException e) {
          // Most likely the kill; in any case no answer.
          KilledServer.rest();
        }
      }
    }
  }

  private boolean moved(HttpClient client, UUID caseId, long version, String type)
      throws IOException, InterruptedException {
    var proposing =
        Json.object()
            .put("case_id", caseId.toString())
            .put("case_version", version)
            .put("action", Json.object().put("type", type).build())
            .build();
    var proposed = send(client, "replay_agent", "/v1/proposals", proposing);
    if (proposed.statusCode() != CREATED) {
      return false;
    }
    var body = JsonReader.readObject(proposed.body());
    var proposal = body.text("proposal_id").orElseThrow();
    var approving =
        Json.object()
            .put("decision", "approve")
            .put("action_digest", body.text("action_digest").orElseThrow())
            .build();
    var path =
        "/v1/approvals/"
            + body.object("approval").flatMap(approval -> approval.text("id")).orElseThrow()
            + "/decisions";
    var decided = send(client, "replay_reviewer1", path, approving);
    if (decided.statusCode() != OK) {
      return false;
    }
    var decision = JsonReader.readObject(decided.body());
    answered.add(decision.text("proposal_state").orElseThrow() + " " + proposal);
    var execution = decision.object("execution").flatMap(done -> done.text("id"));
    if (execution.isEmpty()) {
      return false;
    }
    var outcome =
        send(
            client,
            "replay_observer",
            "/v1/executions/" + execution.get() + "/outcome",
            Json.object().put("success", true).build());
    if (outcome.statusCode() == CREATED) {
      answered.add("observed " + proposal);
    }
    return true;
  }

  private HttpResponse<String> send(HttpClient client, String key, String path, JsonObject body)
      throws IOException, InterruptedException {
    return client.send(server.request(key, path, Optional.of(body)), BodyHandlers.ofString());
  }
}
