package dev.countersign.cli.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A start that cannot come to a good end says so and leaves nothing behind.
class WrongStartTest {
  @Test
  void aDemoWithAPackThatIsNotThereEndsBeforeAnythingIsMade(@TempDir Path folder)
      throws IOException, InterruptedException {
    var data = folder.resolve("data");
    var ended = started(folder, data, "demo", "--no-browser", "--packs", "hr-onboarding,nope");
    assertThat(ended.code()).as(ended.output()).isEqualTo(2);
    assertThat(ended.output().lines().toList())
        .satisfiesExactly(
            what -> assertThat(what).isEqualTo("countersign: there is no pack `nope`"),
            hint ->
                assertThat(hint)
                    .startsWith("hint: `")
                    .endsWith(
                        "` has hr-onboarding, insurance-claim, loan-application, pharmacy-refill"));
    assertThat(data).doesNotExist();
  }

  @Test
  void aMistypedOptionIsGuessed(@TempDir Path folder) throws IOException, InterruptedException {
    var data = folder.resolve("data");
    var ended = started(folder, data, "demo", "--pakcs", "hr-onboarding");
    assertThat(ended.code()).as(ended.output()).isEqualTo(2);
    assertThat(ended.output())
        .startsWith("countersign: unknown option")
        .contains("hint: did you mean `--packs`? try `countersign demo --help`");
    assertThat(data).doesNotExist();
  }

  private static DemoServer.Ended started(Path folder, Path data, String... command)
      throws IOException, InterruptedException {
    var line = PackagedServer.line(data, PackagedServer.freePort(), List.of(), List.of(command));
    return DemoServer.run(
        new ProcessBuilder(line).redirectErrorStream(true), folder.resolve("server.out"));
  }
}
