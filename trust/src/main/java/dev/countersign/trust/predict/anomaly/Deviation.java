package dev.countersign.trust.predict.anomaly;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// How far a feature of a window is from what is usual.
///
/// @param usual the median of the windows before; it may well be 0
/// @param deviations how many usual deviations the observed value lies over it; under it if
///   negative
/// @param share of the forest's score, from 0 to 1
public record Deviation(
    WindowFeature feature, double observed, double usual, double deviations, double share) {
  public JsonObject toJson() {
    return Json.object()
        .put("feature", feature.word())
        .put("observed", observed)
        .put("usual", usual)
        .put("deviations", deviations)
        .put("share", share)
        .build();
  }
}
