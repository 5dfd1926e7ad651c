package dev.countersign.trust.predict.anomaly;

import java.util.Locale;

/// The nine numbers of a window, in the order of its vectors.
public enum WindowFeature {
  PROPOSALS(Kind.COUNT),
  /// Rejected among decided.
  REJECTION_RATE(Kind.SHARE),
  /// Overridden among decisions and outcomes.
  OVERRIDE_RATE(Kind.SHARE),
  MEAN_CONFIDENCE(Kind.LEVEL),
  MEAN_SAFETY(Kind.LEVEL),
  /// Succeeded among observed outcomes.
  SUCCESS_RATE(Kind.SHARE),
  DISTINCT_ACTORS(Kind.COUNT),
  /// Happenings a minute in the busiest five minutes.
  VELOCITY(Kind.COUNT),
  /// All happenings.
  TOTAL(Kind.COUNT);

  /// How its chance varies: a count like its root, a share like that of its cases, a level little.
  enum Kind {
    COUNT,
    SHARE,
    LEVEL
  }

  private final Kind kind;

  WindowFeature(Kind kind) {
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
