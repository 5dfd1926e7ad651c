package dev.countersign.trust;

/// A part of the trust score and its weight there.
public enum Part {
  /// Share of approved among decided proposals.
  RELIABILITY("reliability", 0.35),
  /// Share of success among observed outcomes.
  ALIGNMENT("alignment", 0.25),
  /// One minus the Brier score of our own model's stored prediction.
  SAFETY("safety", 0.25),
  /// Observed time saved, as a share of the manual time.
  VALUE("value", 0.15);

  private final String word;
  private final double weight;

  Part(String word, double weight) {
    this.word = word;
    this.weight = weight;
  }

  public String word() {
    return word;
  }

  public double weight() {
    return weight;
  }
}
