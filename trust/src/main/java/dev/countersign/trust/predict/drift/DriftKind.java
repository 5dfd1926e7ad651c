package dev.countersign.trust.predict.drift;

import java.util.Locale;

/// What drifted.
public enum DriftKind {
  /// What a model is asked about.
  FEATURE_DRIFT,
  /// What comes of what it stated.
  CALIBRATION_DRIFT;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
