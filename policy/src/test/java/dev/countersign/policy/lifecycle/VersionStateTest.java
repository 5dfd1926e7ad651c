package dev.countersign.policy.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionStateTest {

  @Test
  void everyMoveIsInTheTableOrForbidden() {
    var moves = new ArrayList<String>();
    for (var from : VersionState.values()) {
      for (var to : VersionState.values()) {
        if (from.mayBecome(to)) {
          moves.add(from.word() + " -> " + to.word());
        }
      }
    }
    assertThat(moves)
        .containsExactly(
            "draft -> validated",
            "draft -> discarded",
            "validated -> simulated",
            "validated -> active",
            "validated -> discarded",
            "simulated -> active",
            "simulated -> discarded",
            "active -> retired",
            "retired -> active");
  }

  @Test
  void aWordIsReadBackAndAnyOtherIsRefused() {
    assertThat(List.of(VersionState.values()))
        .allSatisfy(state -> assertThat(VersionState.of(state.word())).isEqualTo(state));
    assertThatThrownBy(() -> VersionState.of("Draft")).isInstanceOf(IllegalArgumentException.class);
  }
}
