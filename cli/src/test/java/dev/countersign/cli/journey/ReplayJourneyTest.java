package dev.countersign.cli.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.cli.api.Server;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.usecase.CheckpointFile;
import dev.countersign.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A recorded log is driven through the real server, which is killed in the middle.
class ReplayJourneyTest {
  private static final Path SAMPLE =
      Path.of("..", "packs", "replay", "sample-applications.csv").toAbsolutePath();

  private static final Pattern DECIDED =
      Pattern.compile("([0-9]+) \\(([0-9]+) approved, ([0-9]+) rejected\\)");

  @Test
  void aReplaySurvivesItsOwnDeathAndTheServersAndASecondRunChangesNothing(@TempDir Path folder)
      throws IOException, InterruptedException {
    try (var server = DemoServer.start(folder)) {
      var state = folder.resolve("replay-state");
      var page = folder.resolve("report.html");
      var arguments =
          List.of(
              "replay",
              SAMPLE.toString(),
              "--map",
              "loan-applications.yaml",
              "--url",
              server.url(),
              "--data-dir",
              server.data().toString(),
              "--state",
              state.toString(),
              "--html",
              page.toString());
      var killed =
          DemoServer.command(arguments)
              .redirectOutput(folder.resolve("killed.out").toFile())
              .start();
      Await.until(
          "the first replay has kept its state",
          Duration.ofMinutes(2),
          () -> Files.exists(state) && checkpointSize(server) > 150);
      killed.destroyForcibly().waitFor();
      assertThat(state).exists();
      var output = folder.resolve("replay.out");
      var replay = DemoServer.command(arguments).redirectOutput(output.toFile()).start();
      // Somewhere in the middle: the ledger has grown by some hundred entries.
      Await.until(
          "the replay is under way", Duration.ofMinutes(2), () -> checkpointSize(server) > 350);
      server.kill();
      server.restart();

      assertThat(replay.waitFor(5, TimeUnit.MINUTES)).isTrue();
      var first = Files.readString(output);
      assertThat(replay.exitValue()).as(first).isZero();
      assertThat(first.strip().lines().toList().getLast()).startsWith("fsck: ok");
      assertThat(first).contains("going on behind event");
      assertThat(state).doesNotExist();
      notReady(first);
      assertThat(page)
          .content()
          .contains("<svg", "this process is not ready for automation")
          .doesNotContain("may run by itself");

      long before = length(server);
      var again = DemoServer.run(DemoServer.command(arguments), folder.resolve("again.out"));
      assertThat(again.code()).as(again.output()).isZero();
      for (var line :
          List.of("cases ", "proposals ", "decided by people ", "executed ", "outcomes ")) {
        assertThat(line(again.output(), line)).isEqualTo(line(first, line));
      }
      // What was replayed is not told twice; models that learned from it meanwhile are told.
      assertThat(newest(server, length(server) - before))
          .allMatch(action -> action.startsWith("model."));
      unknownPolicies(server, folder);
      KeysJourney.run(server, folder);
      ApprovalsJourney.run(server, folder);
      SimulateJourney.run(server, folder);
      TrustJourney.run(server, folder);
      LogKeysJourney.run(server, folder);
    }
  }

  /// What an honest score says of loans: people reject about half of what is proposed.
  private static void notReady(String report) {
    assertThat(report)
        .contains("this process is not ready for automation: every action waits for a person")
        .containsPattern("for [a-z_]+ it lacks ")
        .doesNotContain("may run by itself");
    assertThat(line(report, "stage ")).containsPattern("^stage +(observe|propose) ");
    var decided =
        DECIDED.matcher(line(report, "decided by people ")).results().findFirst().orElseThrow();
    int approved = Integer.parseInt(decided.group(2));
    int rejected = Integer.parseInt(decided.group(3));
    assertThat(approved + rejected).isEqualTo(Integer.parseInt(decided.group(1))).isEqualTo(128);
    assertThat(approved / 128.0).as("the share of approvals").isBetween(0.4, 0.6);
  }

  /// A word that is neither a version nor a file is answered with what there is.
  private static void unknownPolicies(DemoServer server, Path folder)
      throws IOException, InterruptedException {
    for (var unknown : List.of("nope", "99")) {
      var line =
          List.of(
              "policy",
              "simulate",
              unknown,
              "--url",
              server.url(),
              "--data-dir",
              server.data().toString());
      var ended = DemoServer.run(DemoServer.command(line), folder.resolve("policy-" + unknown));
      assertThat(ended.code()).as(ended.output()).isEqualTo(2);
      assertThat(ended.output())
          .contains(
              unknown.equals("99") ? "there is no version 99" : "neither a version nor a file")
          .contains("hint: the newest versions are ");
    }
  }

  private static String line(String report, String start) {
    return report.lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }

  /// How many entries the log has, whether or not a checkpoint covers them already.
  private static long length(DemoServer server) throws IOException, InterruptedException {
    var newest = (JsonObject) listed(server, 1).items("entries").getFirst();
    return newest.number("log_index").orElseThrow().longValue() + 1;
  }

  /// What so many newest entries are about.
  private static List<String> newest(DemoServer server, long count)
      throws IOException, InterruptedException {
    if (count == 0) {
      return List.of();
    }
    return listed(server, count).items("entries").stream()
        .map(item -> ((JsonObject) item).object("entry").orElseThrow())
        .map(entry -> entry.text("action").orElseThrow())
        .toList();
  }

  private static JsonObject listed(DemoServer server, long count)
      throws IOException, InterruptedException {
    var demo = Server.read(server.data().resolve(Server.DEMO_FILE), Optional.empty());
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/v1/ledger/entries?limit=" + count))
            .header("Authorization", "Bearer " + demo.key("approver"))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return JsonReader.readObject(answer.body());
    }
  }

  private static long checkpointSize(DemoServer server) {
    try {
      var notes = CheckpointFile.read(server.data().resolve("ledger").resolve("checkpoint"));
      return Checkpoint.parse(notes.getLast().text()).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
