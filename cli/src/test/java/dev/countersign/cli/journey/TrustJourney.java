package dev.countersign.cli.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.cli.api.Server;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where scopes stand, and a certificate that is verified without the server, beside a server that
/// another journey started.
final class TrustJourney {
  private final DemoServer server;
  private final Path folder;
  private int runs;

  private TrustJourney(DemoServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  static void run(DemoServer server, Path folder) throws IOException, InterruptedException {
    new TrustJourney(server, folder).run();
  }

  private void run() throws IOException, InterruptedException {
    var listed = JsonReader.readObject(asked("scopes", "--limit", "1", "--json"));
    var scope = ((JsonObject) listed.items("scopes").getFirst()).text("scope_id").orElseThrow();
    assertThat(asked("scopes")).contains(scope).contains("STAGE", " demo ");
    assertThat(asked("explain", scope))
        .contains("in the demo profile", "gates, freezes and policies are asked at each action");
    assertThat(ask("explain", "0198c0de-0000-7000-8000-000000000001").code()).isEqualTo(1);
    assertThat(ask("scopes", "--as", "nobody").code()).isEqualTo(2);

    assertThat(asked("models")).contains("decision: whether a person approves", "so far ");
    assertThat(ask("train", "--predictor", "mood").code()).isNotZero();
    var trained = ask("train");
    // Where the server was faster there is nothing new, and it says so.
    assertThat(trained.output())
        .as(trained.output())
        .containsAnyOf("outcome: whether an execution succeeds", "no label became known");

    var certificate = saved("approver", "/v1/trust/certificates/" + scope);
    var keys = saved("approver", "/ledger/keys");
    var verified = trust("verify", certificate.toString(), "--key", keys.toString());
    assertThat(verified.code()).as(verified.output()).isZero();
    assertThat(verified.output()).contains("ok: ", "DEMO: ", "has earned");
    Files.writeString(
        certificate, Files.readString(certificate).replace("\"demo\":true", "\"demo\":false"));
    assertThat(trust("verify", certificate.toString(), "--key", keys.toString()).code())
        .isEqualTo(1);
    fold(keys);
  }

  /// Whatever happened to this server, its log alone comes to the stages that it tells.
  private void fold(Path keys) throws IOException, InterruptedException {
    var export = saved("auditor", "/v1/ledger/export");
    var line = List.of("replay", export.toString(), "--json");
    var verified = new ArrayList<>(line);
    verified.addAll(List.of("--key", keys.toString()));
    var folded = replayed(verified, 0);
    assertThat(folded.text("verification")).contains("verified");
    assertThat(folded.number("heard").orElseThrow()).isGreaterThan(100);
    assertThat(folded.number("differ")).contains(0.0);
    assertThat(folded.number("unknown")).contains(0.0);
    assertThat(folded.text("terms")).contains("told");
    assertThat(folded.items("scopes")).isNotEmpty();

    var text = Files.readString(export);
    Files.writeString(
        export,
        text.replaceFirst("\"heard\":\\{\"approved\":true", "\"heard\":{\"approved\":false"));
    assertThat(replayed(verified, 1).text("flaw")).contains("altered content");
    assertThat(replayed(line, 1).number("differ").orElseThrow()).isPositive();
  }

  private JsonObject replayed(List<String> line, int code)
      throws IOException, InterruptedException {
    var ended = trust(line.toArray(String[]::new));
    assertThat(ended.code()).as(ended.output()).isEqualTo(code);
    return JsonReader.readObject(
        ended.output().lines().filter(one -> one.startsWith("{")).findFirst().orElseThrow());
  }

  private Path saved(String who, String path) throws IOException, InterruptedException {
    var demo = Server.read(server.data().resolve(Server.DEMO_FILE), Optional.empty());
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .header("Authorization", "Bearer " + demo.key(who))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return Files.writeString(folder.resolve("saved-" + runs++), answer.body());
    }
  }

  private String asked(String... arguments) throws IOException, InterruptedException {
    var ended = ask(arguments);
    assertThat(ended.code()).as(ended.output()).isZero();
    return ended.output();
  }

  private DemoServer.Ended ask(String... arguments) throws IOException, InterruptedException {
    var line = new ArrayList<String>(List.of(arguments));
    line.addAll(List.of("--url", server.url(), "--data-dir", server.data().toString()));
    return trust(line.toArray(String[]::new));
  }

  private DemoServer.Ended trust(String... arguments) throws IOException, InterruptedException {
    var line = new ArrayList<String>(List.of("trust"));
    line.addAll(List.of(arguments));
    return DemoServer.run(DemoServer.command(line), folder.resolve("trust-" + runs++ + ".out"));
  }
}
