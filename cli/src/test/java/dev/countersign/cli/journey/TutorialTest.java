package dev.countersign.cli.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs every command of docs/start.md, in its order, as a newcomer would.
class TutorialTest {
  private static final Pattern BLOCK =
      Pattern.compile("^```sh\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  @Test
  void everyCommandOfTheTutorialWorks(@TempDir Path folder)
      throws IOException, InterruptedException {
    var blocks =
        BLOCK
            .matcher(Files.readString(Path.of("..", "docs", "start.md")))
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(blocks).hasSizeGreaterThan(10);
    var script = folder.resolve("tutorial.sh");
    Files.writeString(script, String.join("\n", blocks));
    launcher(folder);
    try (var server = DemoServer.start(folder)) {
      var bash =
          new ProcessBuilder("bash", "-euo", "pipefail", script.toString())
              .directory(folder.toFile())
              .redirectErrorStream(true);
      bash.environment().put("COUNTERSIGN_URL", server.url());
      bash.environment().put("COUNTERSIGN_DATA", server.data().toString());
      var ended = DemoServer.run(bash, folder.resolve("tutorial.out"));
      assertThat(ended.code()).as(ended.output()).isZero();
    }
  }

  /// Stands where `./countersign` stands, and runs this build's classes without building anything.
  private static void launcher(Path folder) throws IOException {
    var line =
        String.join(
            " ",
            DemoServer.command(List.of()).command().stream()
                .map(word -> "'" + word + "'")
                .toList());
    var shim = folder.resolve("countersign");
    Files.writeString(shim, "#!/usr/bin/env bash\nexec " + line + " \"$@\"\n");
    assertThat(shim.toFile().setExecutable(true)).isTrue();
  }
}
