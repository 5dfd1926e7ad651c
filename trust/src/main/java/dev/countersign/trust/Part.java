package dev.countersign.trust;

/// A part of the trust score; [ScoreWeights] says what it weighs there.
public enum Part {
  /// Share of approved among decided proposals.
  RELIABILITY("reliability"),
  /// Share of success among observed outcomes.
  ALIGNMENT("alignment"),
  /// One minus the Brier score of our own model's stored prediction.
  SAFETY("safety"),
  /// Observed time saved, as a share of the manual time.
  VALUE("value");

  private final String word;

  Part(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
