package dev.countersign.trust;

import java.util.Arrays;
import java.util.Optional;

/// What turns an earned step into a change of stage.
public enum Promotion {
  /// The evidence alone.
  AUTOMATIC("automatic"),
  /// A named person, who signs what the evidence recommends.
  SIGNED("signed");

  private final String word;

  Promotion(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  public static Optional<Promotion> parse(String word) {
    return Arrays.stream(values()).filter(promotion -> promotion.word.equals(word)).findFirst();
  }
}
