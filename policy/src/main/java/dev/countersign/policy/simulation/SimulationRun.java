package dev.countersign.policy.simulation;

import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// One run of a version on recorded decisions, as it is kept.
///
/// @param expected how many decisions it will see at most
/// @param seen how many it has seen
/// @param result of [Simulation#result], once it is done
/// @param aliveAt when the node that works on it last said so
public record SimulationRun(
    UUID id,
    int version,
    Scope scope,
    State state,
    long expected,
    long seen,
    Optional<JsonObject> result,
    String startedBy,
    Instant startedAt,
    Instant aliveAt,
    Optional<Instant> endedAt) {

  /// A node says so every few seconds; one that did not for so long is gone or as good as gone.
  public static final Duration SILENCE = Duration.ofSeconds(60);

  /// Which decisions: the newest of a span of time.
  ///
  /// @param since times from here on
  /// @param until times before here
  /// @param most decisions to see
  /// @param examples of each kind of flip
  public record Scope(Optional<Instant> since, Optional<Instant> until, long most, int examples) {
    public static final long MOST = 1_000_000;

    public Scope {
      if (most < 1 || most > MOST) {
        throw new IllegalArgumentException("a simulation sees 1 to " + MOST + " decisions");
      }
    }
  }

  /// How far a run is.
  public enum State {
    RUNNING("running"),
    DONE("done"),
    FAILED("failed"),
    /// Its node ended before it did.
    INTERRUPTED("interrupted");

    private final String word;

    State(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    public static State of(String word) {
      return Arrays.stream(values())
          .filter(state -> state.word.equals(word))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("`" + word + "` is no state of a simulation"));
    }
  }

  /// The state as it is at `now`: whatever the row says, nothing runs that nobody works on.
  public State state(Instant now) {
    return state == State.RUNNING && aliveAt.isBefore(now.minus(SILENCE))
        ? State.INTERRUPTED
        : state;
  }
}
