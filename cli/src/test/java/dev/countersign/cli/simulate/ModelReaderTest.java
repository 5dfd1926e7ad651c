package dev.countersign.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelReaderTest {

  @Test
  void allProblemsAreNamedAtOnceWithTheirLines() throws IOException {
    var text = Files.readString(Models.file("pharmacy-refill"));
    var broken =
        text.replace("pack: pharmacy-refill\n", "")
            .replace("cases_per_day: 120", "cases_per_day: 0")
            .replace("hours: [0.2, ", "hours: [")
            .replace("chance: 0.12", "chance: 2")
            .replace("magnitude: 3.2, weight: -1.2", "magnitude: 3.2, middle: 1, weight: -1.2")
            .replace("weight: -1.4", "weight: -140")
            .replace("observer: replay_observer", "observer: replay_agent")
            .replace("noise: 0.9, ", "");
    assertThatThrownBy(() -> ModelReader.parse("`m`", broken))
        .isInstanceOf(CommandFailure.NotUsable.class)
        .hasMessageContaining("`/pack` is required")
        .hasMessageContaining("`/cases_per_day`")
        .hasMessageContaining("`/hours` must be 24 weights")
        .hasMessageContaining("`/facts/4/chance`")
        .hasMessageContaining("`/success/terms/5/fact` needs one of")
        .hasMessageContaining("`/success/terms/0/weight`")
        .hasMessageContaining("`/observer` must not be the agent's key")
        .hasMessageContaining("`/agent/noise`")
        .hasMessageContaining("line 8: `/hours`");
  }

  @Test
  void whatIsNoModelIsRefused() {
    for (var text : new String[] {"", "[]", "a: [", "a: &x [1]\nb: *x", "!!java.lang.Runtime {}"}) {
      assertThatThrownBy(() -> ModelReader.parse("`m`", text))
          .as(text)
          .isInstanceOf(CommandFailure.NotUsable.class);
    }
    assertThatThrownBy(() -> ModelReader.read(Models.file("nothing")))
        .isInstanceOf(CommandFailure.NotUsable.class)
        .hasMessageContaining("there is no simulation");
  }

  @Test
  void anOrderHasBounds() {
    var pace = new Pace(Optional.empty());
    for (long cases : new long[] {0, -1, 1_000_001}) {
      assertThatThrownBy(() -> new Simulation.Order(cases, 1, 4, pace))
          .hasMessageContaining("`--cases`");
    }
    assertThatThrownBy(() -> new Simulation.Order(1, 1, 0, pace))
        .hasMessageContaining("`--threads`");
  }

  @Test
  void theTableAddsUp() {
    var tally = new Tally();
    tally.opened();
    tally.opened();
    tally.before();
    tally.count("triage", Tally.What.PROPOSED);
    tally.count("intake", Tally.What.PROPOSED);
    tally.count("intake", Tally.What.REJECTED);
    assertThat(tally.text())
        .isEqualTo(
            """
            2 cases, and 1 that were there before
            queue                   proposed   blocked  approved  rejected   waiting  executed succeeded    harmed
            intake                         1         0         0         1         0         0         0         0
            triage                         1         0         0         0         0         0         0         0
            all                            2         0         0         1         0         0         0         0
            """);
  }
}
