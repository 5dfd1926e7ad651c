package dev.countersign.trust.predict.calibration;

/// What a model said of a case before calibration, and whether the thing happened.
///
/// @param margin in log-odds, finite
public record Margin(double margin, boolean happened) {
  public Margin {
    if (!Double.isFinite(margin)) {
      throw new IllegalArgumentException("`" + margin + "` is no margin");
    }
  }
}
