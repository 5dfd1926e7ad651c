package dev.countersign.trust.predict.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.trust.predict.anomaly.AlarmLife.State;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlarmLifeTest {
  private static final Instant RAISED = Instant.parse("2026-02-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "RAISED, RAISED, false",
    "RAISED, ACKNOWLEDGED, true",
    "RAISED, CONFIRMED, false",
    "RAISED, RESOLVED, false",
    "ACKNOWLEDGED, RAISED, false",
    "ACKNOWLEDGED, ACKNOWLEDGED, false",
    "ACKNOWLEDGED, CONFIRMED, true",
    "ACKNOWLEDGED, RESOLVED, true",
    "CONFIRMED, RAISED, false",
    "CONFIRMED, ACKNOWLEDGED, false",
    "CONFIRMED, CONFIRMED, false",
    "CONFIRMED, RESOLVED, true",
    "RESOLVED, RAISED, false",
    "RESOLVED, ACKNOWLEDGED, false",
    "RESOLVED, CONFIRMED, false",
    "RESOLVED, RESOLVED, false"
  })
  void everyMoveIsAllowedOrForbidden(State from, State to, boolean allowed) {
    var moved = at(from).moved(to, "user:ann", RAISED.plusSeconds(20));
    assertThat(moved.isPresent()).isEqualTo(allowed);
    assertThat(moved.map(AlarmLife::state)).isEqualTo(allowed ? Optional.of(to) : Optional.empty());
    moved.ifPresent(life -> assertThat(life.by()).contains("user:ann"));
  }

  private static AlarmLife at(State state) {
    return state == State.RAISED
        ? AlarmLife.raised(RAISED)
        : new AlarmLife(state, RAISED, RAISED.plusSeconds(10), Optional.of("user:bob"));
  }

  @Test
  void itLowersTheModeForAnHourUnlessSomebodyConfirms() {
    var early = RAISED.plusSeconds(3599);
    var late = RAISED.plusSeconds(3600);
    assertThat(at(State.RAISED).lowers(early)).isTrue();
    assertThat(at(State.RAISED).lowers(late)).isFalse();
    assertThat(at(State.ACKNOWLEDGED).lowers(early)).isTrue();
    assertThat(at(State.ACKNOWLEDGED).lowers(late)).isFalse();
    assertThat(at(State.CONFIRMED).lowers(late)).isTrue();
    assertThat(at(State.RESOLVED).lowers(early)).isFalse();
    assertThat(at(State.RAISED).lowersUntil(early)).contains(late);
    assertThat(at(State.RAISED).lowersUntil(late)).isEmpty();
    assertThat(at(State.CONFIRMED).lowersUntil(early)).isEmpty();
  }

  @Test
  void nobodyRaisesAnAlarmAndSomebodyMovesIt() {
    assertThatThrownBy(() -> new AlarmLife(State.CONFIRMED, RAISED, RAISED, Optional.empty()))
        .hasMessage("somebody brought the alarm where it is, after it rose");
  }
}
