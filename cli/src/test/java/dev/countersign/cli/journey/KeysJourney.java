package dev.countersign.cli.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The life of a key from the command line, on a server that another journey started.
final class KeysJourney {
  private final DemoServer server;
  private final Path folder;
  private int runs;

  private KeysJourney(DemoServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  static void run(DemoServer server, Path folder) throws IOException, InterruptedException {
    new KeysJourney(server, folder).run();
  }

  private void run() throws IOException, InterruptedException {
    var made = done("create", "--name", "short-lived", "--network", "127.0.0.0/8", "--json");
    var created = JsonReader.readObject(made);
    var id = created.text("id").orElseThrow();
    assertThat(created.text("key").orElseThrow()).startsWith(id + ".");

    var rotated = done("rotate", id, "--overlap", "60");
    assertThat(rotated).contains("shown this once: " + id + ".");
    assertThat(state(id)).isEqualTo("rotating");
    var again = keys("rotate", id);
    assertThat(again.code()).as(again.output()).isEqualTo(1);
    assertThat(again.output()).contains("countersign: ").contains("hint: ");

    assertThat(done("revoke", id)).contains("is revoked");
    assertThat(state(id)).isEqualTo("revoked");
    assertThat(done("list")).contains(id).doesNotContain(created.text("key").orElseThrow());
    assertThat(keys("list", "--as", "nobody").code()).isEqualTo(2);
  }

  private String state(String id) throws IOException, InterruptedException {
    return JsonReader.readObject(done("list", "--json")).items("keys").stream()
        .map(JsonObject.class::cast)
        .filter(key -> key.text("id").orElseThrow().equals(id))
        .findFirst()
        .flatMap(key -> key.text("state"))
        .orElseThrow();
  }

  private String done(String... arguments) throws IOException, InterruptedException {
    var ended = keys(arguments);
    assertThat(ended.code()).as(ended.output()).isZero();
    return ended.output();
  }

  private DemoServer.Ended keys(String... arguments) throws IOException, InterruptedException {
    var line = new ArrayList<String>(List.of("keys"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--url", server.url(), "--data-dir", server.data().toString()));
    return DemoServer.run(DemoServer.command(line), folder.resolve("keys-" + runs++ + ".out"));
  }
}
