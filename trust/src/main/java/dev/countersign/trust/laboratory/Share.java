package dev.countersign.trust.laboratory;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// A share of scopes with Wilson's two-sided 95% interval (JASA 22, 1927), fit for numbers that
/// were fixed before, as those of a plan are.
///
/// @param count how many
/// @param of how many
public record Share(long count, long of) {

  /// The 97.5% quantile of the standard normal distribution.
  private static final double Z = 1.959963984540054;

  public Share {
    if (count < 0 || of < count || of == 0) {
      throw new IllegalArgumentException("a share is of at least one");
    }
  }

  public double value() {
    return (double) count / of;
  }

  public double low() {
    return count == 0 ? 0 : wilson(count, of, -Z);
  }

  public double high() {
    return count == of ? 1 : wilson(count, of, Z);
  }

  static double wilson(long count, long of, double z) {
    double p = (double) count / of;
    double z2 = z * z;
    double centre = p + z2 / (2 * of);
    double spread = z * StrictMath.sqrt(p * (1 - p) / of + z2 / (4.0 * of * of));
    return (centre + spread) / (1 + z2 / of);
  }

  public JsonObject toJson() {
    return Json.object()
        .put("count", count)
        .put("of", of)
        .put("value", value())
        .put("low", low())
        .put("high", high())
        .build();
  }
}
