package dev.countersign.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTest {
  @TempDir Path folder;

  @Test
  void demoFileIsRead() throws IOException {
    var server =
        read(
            "{\"url\":\"http://localhost:8080\",\"tenant_id\":\"t\",\"api_keys\":{\"agent\":\"a.b\"}}",
            Optional.empty());
    assertThat(server.url()).isEqualTo(URI.create("http://localhost:8080"));
    assertThat(server.key("agent")).isEqualTo("a.b");
    assertThat(server.toString()).doesNotContain("a.b");
    assertThatThrownBy(() -> server.key("load"))
        .isInstanceOf(CommandFailure.NotUsable.class)
        .hasMessageContaining("has no key `load`");
  }

  @Test
  void givenAddressWins() throws IOException {
    var given = URI.create("https://other:1");
    assertThat(read("{\"url\":\"http://localhost:8080\"}", Optional.of(given)).url())
        .isEqualTo(given);
    assertThat(read("{}", Optional.of(given)).url()).isEqualTo(given);
  }

  @Test
  void whatIsNoKeysFileIsRefused() {
    for (var text :
        new String[] {
          "",
          "[]",
          "{}",
          "{\"url\":\"localhost\"}",
          "{\"url\":\"file:///x\"}",
          "{\"url\":\"http://a b\"}"
        }) {
      assertThatThrownBy(() -> read(text, Optional.empty()))
          .as(text)
          .isInstanceOf(CommandFailure.NotUsable.class);
    }
  }

  private Server read(String text, Optional<URI> url) throws IOException {
    return Server.read(Files.writeString(folder.resolve("demo.json"), text), url);
  }
}
