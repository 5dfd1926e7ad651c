package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// A mean in which older observations weigh less, kept as sums that decay together.
///
/// An observation x of age t days weighs w = e^(-0.03 t): half after 23.1 days. All arithmetic is
/// StrictMath or exactly rounded IEEE 754, so that a replay gives the same bits on every machine.
///
/// @param weight the sum of w
/// @param squares the sum of w^2
/// @param total the sum of w x
record DecayedMean(double weight, double squares, double total) {

  static final double RATE_PER_DAY = 0.03;

  /// Under this the mean is of nothing: what rounding leaves after a correction, or a single
  /// observation almost two years old.
  private static final double LEAST_WEIGHT = 1e-9;

  /// The 95% quantile of the standard normal distribution.
  private static final double Z = 1.6448536269514722;

  static final DecayedMean NOTHING = new DecayedMean(0, 0, 0);

  DecayedMean {
    // Written so that NaN fails too.
    if (!(weight >= 0 && squares >= 0 && total >= 0)
        || Double.isInfinite(weight + squares + total)) {
      throw new IllegalArgumentException("decayed sums are finite and not negative");
    }
  }

  /// The weight of an observation that is `days` old; one from the future weighs like one of now.
  static double weightAt(double days) {
    return StrictMath.exp(-RATE_PER_DAY * Math.max(0, days));
  }

  /// These sums after their weights shrank by `factor`.
  DecayedMean decayed(double factor) {
    return new DecayedMean(weight * factor, squares * factor * factor, total * factor);
  }

  DecayedMean plus(double w, double x) {
    return new DecayedMean(weight + w, squares + w * w, total + w * x);
  }

  /// Takes an observation back. What rounding would leave under zero is zero.
  DecayedMean minus(double w, double x) {
    return new DecayedMean(
        Math.max(0, weight - w), Math.max(0, squares - w * w), Math.max(0, total - w * x));
  }

  DecayedMean plus(double w, boolean x) {
    return plus(w, x ? 1.0 : 0.0);
  }

  DecayedMean minus(double w, boolean x) {
    return minus(w, x ? 1.0 : 0.0);
  }

  /// The mean, 0 to 1; empty if there is no evidence.
  Optional<Double> mean() {
    return weight < LEAST_WEIGHT
        ? Optional.empty()
        : Optional.of(Math.clamp(total / weight, 0.0, 1.0));
  }

  /// How many equally weighted observations tell as much: (sum w)^2 / sum w^2 (Kish, Survey
  /// Sampling, 1965).
  double effectiveCount() {
    return weight < LEAST_WEIGHT || squares == 0 ? 0 : weight * weight / squares;
  }

  /// The one-sided lower 95% bound of the rate, 0 without evidence.
  ///
  /// Wilson's score bound (Wilson, JASA 22, 1927) on the effective count, and not Clopper and
  /// Pearson's: the bound is used to *bar* a promotion, so the stricter choice is the one that lies
  /// higher. Clopper and Pearson's lies lower (its coverage is over 95%); Kish's count is never
  /// under the sum of weights, which makes the bound higher again. It is closed, with only a square
  /// root, so it replays exactly.
  double lowerBound() {
    double n = effectiveCount();
    if (n == 0) {
      return 0;
    }
    double p = mean().orElse(0.0);
    double z2 = Z * Z;
    double centre = p + z2 / (2 * n);
    double spread = Z * StrictMath.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    return Math.clamp((centre - spread) / (1 + z2 / n), 0.0, 1.0);
  }

  JsonObject toJson() {
    return Json.object().put("weight", weight).put("squares", squares).put("total", total).build();
  }

  static DecayedMean fromJson(JsonObject json) {
    return new DecayedMean(
        Stored.number(json, "weight"),
        Stored.number(json, "squares"),
        Stored.number(json, "total"));
  }
}
