package dev.countersign.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class ManualClockTest {

  private final ManualClock clock = ManualClock.at("2026-11-01T12:00:00Z");

  @Test
  void standsStillUntilMoved() {
    assertThat(clock.instant()).isEqualTo("2026-11-01T12:00:00Z").isEqualTo(clock.instant());
    clock.advance(Duration.ofHours(1));
    assertThat(clock.instant()).isEqualTo("2026-11-01T13:00:00Z");
    clock.set(Instant.EPOCH);
    assertThat(clock.millis()).isZero();
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void copyForAnotherZoneMovesWithIt() {
    var zone = ZoneId.of("Europe/Berlin");
    var copy = clock.withZone(zone);
    clock.advance(Duration.ofMinutes(5));
    assertThat(copy.instant()).isEqualTo(clock.instant());
    assertThat(copy.getZone()).isEqualTo(zone);
  }
}
