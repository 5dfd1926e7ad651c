package dev.countersign.trust;

import java.util.List;
import java.util.Optional;

/// The familiar weighted score: T = (0.35 R + 0.25 A + 0.25 S + 0.15 V) x (1 - 0.25 O), or with the
/// tenant's own weights.
///
/// Shown, and one necessary condition of a step, never sufficient. A part without evidence is
/// unknown, and then T is a range: from every unknown part at its worst to every one at its best.
public record TrustScore(
    Optional<Double> reliability,
    Optional<Double> alignment,
    Optional<Double> safety,
    Optional<Double> value,
    Optional<Double> overrides,
    ScoreWeights weights) {

  public TrustScore {
    for (var part : List.of(reliability, alignment, safety, value, overrides)) {
      // Written so that NaN fails too.
      if (part.isPresent() && !(part.get() >= 0 && part.get() <= 1)) {
        throw new IllegalArgumentException("a part of the score lies between 0 and 1");
      }
    }
  }

  /// With the usual weights.
  public TrustScore(
      Optional<Double> reliability,
      Optional<Double> alignment,
      Optional<Double> safety,
      Optional<Double> value,
      Optional<Double> overrides) {
    this(reliability, alignment, safety, value, overrides, ScoreWeights.USUAL);
  }

  public Optional<Double> part(Part part) {
    return switch (part) {
      case RELIABILITY -> reliability;
      case ALIGNMENT -> alignment;
      case SAFETY -> safety;
      case VALUE -> value;
    };
  }

  /// T with every unknown part at its worst.
  public double lowest() {
    return sum(0.0) * weights.factor(overrides.orElse(1.0));
  }

  /// T with every unknown part at its best; equals [#lowest] if all are known.
  public double highest() {
    return sum(1.0) * weights.factor(overrides.orElse(0.0));
  }

  /// The weighted mean of `required`, times the override factor; empty if one of them is unknown.
  Optional<Double> over(List<Part> required) {
    double total = 0;
    double weight = 0;
    for (var wanted : required) {
      var known = part(wanted);
      if (known.isEmpty()) {
        return Optional.empty();
      }
      total += weights.of(wanted) * known.get();
      weight += weights.of(wanted);
    }
    // Every step requires reliability, which weighs something.
    return Optional.of(total / weight * weights.factor(overrides.orElse(1.0)));
  }

  private double sum(double unknown) {
    double total = 0;
    for (var part : Part.values()) {
      total += weights.of(part) * part(part).orElse(unknown);
    }
    // Weights that add up to one may, as doubles, come to a little more.
    return Math.min(1.0, total);
  }
}
