package dev.countersign.trust.predict.measure;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// A point of a calibration curve: what was stated on average for a group, and what happened in it.
///
/// @param stated the group's mean probability
/// @param rate how often it happened in the group
public record CurveBin(double stated, BaseRate rate) {

  /// The distance between what was stated and what happened.
  double gap() {
    return Math.abs(stated - (double) rate.happened() / rate.of());
  }

  public JsonObject toJson() {
    return Json.object().put("stated", stated).put("rate", rate.toJson()).build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static CurveBin fromJson(JsonObject json) {
    return new CurveBin(
        json.number("stated")
            .orElseThrow(() -> new IllegalArgumentException("a bin states no probability")),
        BaseRate.fromJson(
            json.object("rate")
                .orElseThrow(() -> new IllegalArgumentException("a bin has no rate"))));
  }
}
