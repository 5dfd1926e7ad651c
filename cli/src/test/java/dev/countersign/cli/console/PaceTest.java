package dev.countersign.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceTest {

  @Test
  void thePaceIsAMultipleOfTheTimeInWhichThingsHappened() {
    var begin = Instant.parse("2026-01-01T00:00:00Z");
    var hour = begin.plus(Duration.ofHours(1));
    assertThat(Pace.due(begin, hour, 3600)).isEqualTo(Duration.ofSeconds(1));
    assertThat(Pace.due(begin, hour, 0.5)).isEqualTo(Duration.ofHours(2));
    for (var wrong : List.of(0.0, -1.0, Double.NaN, 2e6)) {
      assertThatThrownBy(() -> new Pace(Optional.of(wrong)))
          .isInstanceOf(CommandFailure.NotUsable.class);
    }
    var pace = new Pace(Optional.of(1e6));
    long started = System.nanoTime();
    pace.await(begin);
    pace.await(begin.plus(Duration.ofDays(1)));
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(80));
  }
}
