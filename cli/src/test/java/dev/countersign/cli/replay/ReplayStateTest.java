package dev.countersign.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.testkit.Property;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayStateTest {
  private static final ReplayState.Run RUN = new ReplayState.Run("l", "m", 10, "t");

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() {
    Property.holdsFor(
        50,
        random -> {
          var kinds = List.of(Step.Ending.values());
          var endings = new ArrayList<Step.Ending>();
          for (int i = random.nextInt(20); i > 0; i--) {
            endings.add(kinds.get(random.nextInt(kinds.size())));
          }
          var sample = new TrustSample(Instant.EPOCH, 3, "observe", 0.25, random.nextDouble());
          var state =
              new ReplayState(RUN, endings.size() + random.nextInt(5), endings, 7, List.of(sample));
          var file = folder.resolve("state");
          write(state, file);
          assertThat(ReplayState.read(file, RUN)).isEqualTo(state);
        });
  }

  private static void write(ReplayState state, Path file) {
    try {
      state.write(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anotherReplaysStateIsRefused() throws IOException {
    var file = folder.resolve("state");
    write(new ReplayState(RUN, 1, List.of(), 0, List.of()), file);
    for (var other :
        List.of(
            new ReplayState.Run("x", "m", 10, "t"),
            new ReplayState.Run("l", "x", 10, "t"),
            new ReplayState.Run("l", "m", 11, "t"),
            new ReplayState.Run("l", "m", 10, "x"))) {
      assertThatThrownBy(() -> ReplayState.read(file, other))
          .isInstanceOf(CommandFailure.NotUsable.class)
          .hasMessageContaining("of another log, mapping, limit or tenant");
    }
    var run = RUN.json();
    for (var broken :
        List.of(
            "",
            "{",
            "{\"run\":" + run + ",\"done\":0,\"endings\":\"RR\"}",
            "{\"run\":" + run + ",\"done\":5,\"endings\":\"X\"}",
            "{\"run\":" + run + ",\"done\":5,\"endings\":\"R\",\"samples\":[{}]}")) {
      Files.writeString(file, broken);
      assertThatThrownBy(() -> ReplayState.read(file, RUN))
          .as(broken)
          .isInstanceOf(CommandFailure.NotUsable.class);
    }
  }

  @Test
  void anInterruptedReplayKeepsItsState() {
    var file = folder.resolve("state");
    var quiet = new PrintWriter(new StringWriter());
    var keeper = new StateKeeper(Optional.of(file), RUN, new Console(quiet, quiet, false));
    keeper.happened();
    Thread.currentThread().interrupt();
    keeper.save();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ReplayState.read(file, RUN).done()).isEqualTo(1);
    assertThatThrownBy(() -> keeper.requireFits(List.of()))
        .isInstanceOf(CommandFailure.NotUsable.class);
    keeper.finished();
    assertThat(file).doesNotExist();
  }
}
