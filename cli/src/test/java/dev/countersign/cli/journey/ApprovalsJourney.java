package dev.countersign.cli.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.cli.api.Api;
import dev.countersign.cli.api.Server;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// A person decides from the command line, on a server that another journey started.
final class ApprovalsJourney {
  private static final String NO_DIGEST = "0".repeat(64);

  private final DemoServer server;
  private final Path folder;
  private final SplittableRandom random = new SplittableRandom(5);
  private int runs;

  private ApprovalsJourney(DemoServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  static void run(DemoServer server, Path folder) throws IOException, InterruptedException {
    new ApprovalsJourney(server, folder).run();
  }

  private void run() throws IOException, InterruptedException {
    var first = proposed("RX-1001", "to_data_entry");
    assertThat(done("list")).contains(first, "to_data_entry", "RX-1001");
    var card = done("show", first);
    assertThat(card).contains("RX-1001", "/queue: \"inbound_comms\" -> \"data_entry\"", "0 of 1");
    var digest = JsonReader.readObject(done("show", first, "--json")).text("approval_digest");
    assertThat(card).contains(digest.orElseThrow());
    assertThat(card).contains("reversible     reversible within 900 s", "similar ");

    var blind = approvals("approve", first);
    assertThat(blind.code()).as(blind.output()).isEqualTo(2);
    var other = approvals("approve", first, "--digest", NO_DIGEST);
    assertThat(other.code()).as(other.output()).isEqualTo(2);
    assertThat(other.output()).contains("hint: `countersign approvals show");
    var stranger = approvals("approve", first, "--digest", digest.orElseThrow(), "--as", "agent");
    assertThat(stranger.code()).as(stranger.output()).isEqualTo(1);

    assertThat(done("approve", first, "--digest", digest.orElseThrow(), "--reason", "complete"))
        .contains("the request is approved", "the proposal is executed");
    var unnamed =
        approvals("approve", first, "--digest", digest.orElseThrow(), "--for", "api_key:ck_nobody");
    assertThat(unnamed.code()).as(unnamed.output()).isEqualTo(1);
    assertThat(unnamed.output()).contains("has not named you");
    var again = approvals("approve", first, "--digest", digest.orElseThrow());
    assertThat(again.code()).as(again.output()).isEqualTo(1);
    assertThat(again.output()).contains("already");
    assertThat(done("history", first))
        .containsSubsequence("proposal.created", "approval.granted", "execution.completed");
    assertThat(done("list")).doesNotContain(first);

    var keys = Server.read(server.data().resolve(Server.DEMO_FILE), Optional.empty());
    var stand = "api_key:" + keys.key("approver2").split("\\.", 2)[0];
    var until = Instant.now().plus(Duration.ofDays(1)).toString();
    assertThat(done("delegate", stand, "--until", until)).contains(stand + " decides for you");
    var everything = approvals("grant", "refill", "to_data_entry", "--until", until);
    assertThat(everything.code()).as(everything.output()).isNotZero();

    var second = proposed("RX-1006", "to_data_entry");
    var its = JsonReader.readObject(done("show", second, "--json")).text("approval_digest");
    assertThat(done("defer", second, "--digest", its.orElseThrow(), "--reason", "after lunch"))
        .contains("the request is pending: approved by 0 of 1; still needed: ");
    assertThat(done("list")).contains(second);
    assertThat(done("reject", second, "--digest", its.orElseThrow(), "--reason", "a mistake"))
        .contains("the request is rejected");
  }

  /// The id of the request that a proposal of the demo's agent needs.
  private String proposed(String reference, String type) {
    var keys = Server.read(server.data().resolve(Server.DEMO_FILE), Optional.empty());
    try (var api = new Api(keys.url(), random, _ -> {})) {
      var agent = keys.key("agent");
      var cases = api.get(agent, "/v1/cases?limit=100&reference=" + reference).orFail("cases");
      var subject = (JsonObject) cases.items("cases").getFirst();
      var body =
          Json.object()
              .put("case_id", subject.text("case_id").orElseThrow())
              .put("case_version", subject.number("version").orElseThrow().longValue())
              .put("action", Json.object().put("type", type).build())
              .build();
      var proposed =
          api.post(agent, "/v1/proposals", Api.freshKey(random), body).orFail("proposing");
      return proposed.object("approval").orElseThrow().text("id").orElseThrow();
    }
  }

  private String done(String... arguments) throws IOException, InterruptedException {
    var ended = approvals(arguments);
    assertThat(ended.code()).as(ended.output()).isZero();
    return ended.output();
  }

  private DemoServer.Ended approvals(String... arguments) throws IOException, InterruptedException {
    var line = new ArrayList<String>(List.of("approvals"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--url", server.url(), "--data-dir", server.data().toString()));
    return DemoServer.run(DemoServer.command(line), folder.resolve("approvals-" + runs++ + ".out"));
  }
}
