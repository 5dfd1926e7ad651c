package dev.countersign.trust.predict.measure;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// A number that was measured, with its 95% interval.
///
/// `low <= high`, all three finite. A bootstrap's interval of a biased measure, like the
/// calibration error, may lie beside its value; it is shown as it is.
public record Measured(double value, double low, double high) {
  public Measured {
    if (!Double.isFinite(value) || !Double.isFinite(low) || !Double.isFinite(high) || low > high) {
      throw new IllegalArgumentException(
          "`" + value + "` in `" + low + "` to `" + high + "` is no measurement");
    }
  }

  /// Whether the whole interval lies over zero.
  public boolean positive() {
    return low > 0;
  }

  public JsonObject toJson() {
    return Json.object().put("value", value).put("low", low).put("high", high).build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static Measured fromJson(JsonObject json) {
    return new Measured(number(json, "value"), number(json, "low"), number(json, "high"));
  }

  private static double number(JsonObject json, String name) {
    return json.number(name)
        .orElseThrow(() -> new IllegalArgumentException("member `" + name + "` is no number"));
  }
}
