package dev.countersign.trust.predict.anomaly;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// The mean of shares, in billionths, so that it is the same in whatever order they come.
/// Immutable.
record Mean(long count, long billionths) {
  static final Mean NONE = new Mean(0, 0);

  private static final double UNIT = 1e9;

  Mean {
    if (count < 0 || billionths < 0) {
      throw new IllegalArgumentException("a mean is of shares");
    }
  }

  Mean with(Optional<Double> share) {
    return share
        .map(value -> new Mean(count + 1, billionths + Math.round(value * UNIT)))
        .orElse(this);
  }

  Optional<Double> value() {
    return count == 0 ? Optional.empty() : Optional.of(billionths / UNIT / count);
  }

  JsonObject toJson() {
    return Json.object().put("count", count).put("billionths", billionths).build();
  }

  static Mean fromJson(JsonObject json) {
    return new Mean(Window.count(json, "count"), Window.count(json, "billionths"));
  }
}
