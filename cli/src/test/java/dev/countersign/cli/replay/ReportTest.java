package dev.countersign.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What a person reads at the end, word for word.
class ReportTest {
  private static final Findings NOTHING = new Findings(List.of(), List.of(), List.of());

  static final Totals TOTALS =
      new Totals(
          6543,
          new TreeMap<>(
              Map.of(
                  Step.Ending.REJECTED, 2105L,
                  Step.Ending.SUCCEEDED, 1150L,
                  Step.Ending.HARMED, 418L,
                  Step.Ending.UNOBSERVED, 604L)));

  @Test
  void reportSaysWhatCameOfIt() {
    var report =
        new Report(
            "log.csv",
            "Loan applications",
            TOTALS,
            List.of(scope()),
            NOTHING,
            19_344,
            Duration.ofMillis(151_400));
    assertThat(report.text()).isEqualTo(resource("report.txt"));
  }

  @Test
  void processThatHasEarnedItIsSaidToBeReady() {
    var scope = scope().with("stage", Json.of("guarded_auto"));
    assertThat(new ScopeLines(scope).lines())
        .contains(
            "this process has earned `guarded_auto`: it may run by itself that far, and no further");
  }

  @Test
  void nothingDecidedYetIsSaid() {
    var report =
        new Report(
            "log.csv",
            "t",
            new Totals(1, new TreeMap<>()),
            List.of(),
            NOTHING,
            0,
            Duration.ofMillis(900));
    assertThat(report.text()).contains("nothing was decided yet").contains("0.9 s (1.1 cases/s)");
  }

  @Test
  void totalsAddUp() {
    assertThat(TOTALS.proposals()).isEqualTo(4277);
    assertThat(TOTALS.approved()).isEqualTo(2172);
    assertThat(TOTALS.executed()).isEqualTo(2172);
  }

  static JsonObject scope() {
    return JsonReader.readObject(resource("scope.json"));
  }

  private static String resource(String name) {
    try (var in = ReportTest.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("there is no `" + name + "`");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
