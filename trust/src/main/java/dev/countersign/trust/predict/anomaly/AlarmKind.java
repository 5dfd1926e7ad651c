package dev.countersign.trust.predict.anomaly;

import java.util.List;
import java.util.Locale;

/// What an alarm is called: after the strongest deviation that has a name.
public enum AlarmKind {
  REJECTION_SPIKE,
  OVERRIDE_SPIKE,
  FAILURE_SPIKE,
  VELOCITY,
  CONFIDENCE_DROP,
  SAFETY_DROP,
  /// Something else, or several things a little.
  GENERAL;

  /// A deviation under this has no name of its own.
  private static final double NAMED = 3;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @param deviations the strongest first
  static AlarmKind of(List<Deviation> deviations) {
    for (var deviation : deviations) {
      var kind = of(deviation);
      if (kind != GENERAL) {
        return kind;
      }
    }
    return GENERAL;
  }

  private static AlarmKind of(Deviation deviation) {
    boolean over = deviation.deviations() >= NAMED;
    boolean under = deviation.deviations() <= -NAMED;
    return switch (deviation.feature()) {
      case REJECTION_RATE -> over ? REJECTION_SPIKE : GENERAL;
      case OVERRIDE_RATE -> over ? OVERRIDE_SPIKE : GENERAL;
      case SUCCESS_RATE -> under ? FAILURE_SPIKE : GENERAL;
      case PROPOSALS, DISTINCT_ACTORS, VELOCITY, TOTAL -> over ? VELOCITY : GENERAL;
      case MEAN_CONFIDENCE -> under ? CONFIDENCE_DROP : GENERAL;
      case MEAN_SAFETY -> under ? SAFETY_DROP : GENERAL;
    };
  }
}
