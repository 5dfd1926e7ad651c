package dev.countersign.trust.predict.measure;

/// A probability that was stated, and whether the thing happened.
///
/// @param probability from 0 to 1
public record Stated(double probability, boolean happened) {

  /// Logarithms are taken of probabilities no nearer to 0 and 1 than this: one certainty that was
  /// wrong costs 13.8, not infinitely much.
  private static final double NEAREST = 1e-6;

  public Stated {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("`" + probability + "` is no probability");
    }
  }

  /// The logarithmic loss in nats, from 0 to 13.8.
  public double logLoss() {
    double clipped = Math.min(1 - NEAREST, Math.max(NEAREST, probability));
    return -StrictMath.log(happened ? clipped : 1 - clipped);
  }

  /// The Brier score: the squared distance, from 0 to 1.
  public double brier() {
    double distance = (happened ? 1 : 0) - probability;
    return distance * distance;
  }
}
