package dev.countersign.trust.predict;

import java.util.Locale;

/// A probability in a word.
public enum Band {
  LOW,
  MEDIUM,
  HIGH;

  private static final double OVER_FOR_HIGH = 0.85;
  private static final double OVER_FOR_MEDIUM = 0.50;

  /// High over 0.85, medium over 0.50, else low.
  public static Band of(double probability) {
    if (probability > OVER_FOR_HIGH) {
      return HIGH;
    }
    return probability > OVER_FOR_MEDIUM ? MEDIUM : LOW;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
