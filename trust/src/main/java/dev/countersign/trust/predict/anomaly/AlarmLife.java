package dev.countersign.trust.predict.anomaly;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What became of an alarm: where it is, since when, and who moved it there. Immutable.
///
/// @param raisedAt when it was raised
/// @param since when it came to `state`, not before that
/// @param by who brought it there; empty while it is raised
public record AlarmLife(State state, Instant raisedAt, Instant since, Optional<String> by) {

  /// For so long an alarm that nobody confirmed lowers the mode.
  public static final Duration LOWERS = Duration.ofHours(1);

  /// The places of an alarm's life.
  public enum State {
    RAISED,
    ACKNOWLEDGED,
    CONFIRMED,
    RESOLVED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<State> parse(String word) {
      return Arrays.stream(values()).filter(state -> state.word().equals(word)).findFirst();
    }

    /// Where it may go from here: the whole table.
    public List<State> next() {
      return switch (this) {
        case RAISED -> List.of(ACKNOWLEDGED);
        case ACKNOWLEDGED -> List.of(CONFIRMED, RESOLVED);
        case CONFIRMED -> List.of(RESOLVED);
        case RESOLVED -> List.of();
      };
    }
  }

  public AlarmLife {
    if (since.isBefore(raisedAt) || (state == State.RAISED) == by.isPresent()) {
      throw new IllegalArgumentException("somebody brought the alarm where it is, after it rose");
    }
  }

  public static AlarmLife raised(Instant at) {
    return new AlarmLife(State.RAISED, at, at, Optional.empty());
  }

  /// Moves it on; empty where the table has no such move.
  public Optional<AlarmLife> moved(State to, String by, Instant at) {
    return state.next().contains(to)
        ? Optional.of(new AlarmLife(to, raisedAt, at, Optional.of(by)))
        : Optional.empty();
  }

  /// Until when it lowers the mode if nobody moves it; empty where no time ends that, or it does
  /// not.
  public Optional<Instant> lowersUntil(Instant now) {
    return state != State.CONFIRMED && lowers(now)
        ? Optional.of(raisedAt.plus(LOWERS))
        : Optional.empty();
  }

  /// Whether it lowers the mode to propose: for an hour, for as long as it is confirmed, and not
  /// once it is resolved.
  public boolean lowers(Instant now) {
    return switch (state) {
      case RAISED, ACKNOWLEDGED -> now.isBefore(raisedAt.plus(LOWERS));
      case CONFIRMED -> true;
      case RESOLVED -> false;
    };
  }
}
