package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// So many of so many, with how sure that is: Wilson's score interval at 95 % (Wilson 1927), which
/// stays within 0 and 1 and says something at small numbers too.
///
/// Of nothing there is no share: it is *not measured*, and never a flattering number.
public record Share(long count, long of) {
  /// The quantile of the normal distribution that leaves 2.5 % on each side.
  private static final double Z = 1.959963984540054;

  public Share {
    if (count < 0 || of < count) {
      throw new IllegalArgumentException("`" + count + "` of `" + of + "` is no share");
    }
  }

  public boolean measured() {
    return of > 0;
  }

  /// At least this, but for one time in forty; 0 if nothing was measured.
  public double low() {
    // Where none was counted, the formula's rounding would leave a little more than nothing.
    return count == 0 ? 0 : Math.clamp(centre() - spread(), 0, 1);
  }

  /// At most this, but for one time in forty; 1 if nothing was measured.
  public double high() {
    return count == of ? 1 : Math.clamp(centre() + spread(), 0, 1);
  }

  private double centre() {
    return (rate() + Z * Z / (2.0 * of)) / (1 + Z * Z / of);
  }

  private double spread() {
    return Z / (1 + Z * Z / of) * Math.sqrt(rate() * (1 - rate()) / of + Z * Z / (4.0 * of * of));
  }

  private double rate() {
    return (double) count / of;
  }

  public JsonObject json() {
    var json = Json.object().put("count", count).put("of", of).put("measured", measured());
    if (measured()) {
      json.put("rate", rounded(rate())).put("low", rounded(low())).put("high", rounded(high()));
    }
    return json.build();
  }

  private static double rounded(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }
}
