package dev.countersign.trust.predict;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// What a feature adds to a prediction's margin.
///
/// @param feature by its name; a fact of the case as `facts.<name>`
/// @param observed what the snapshot has, or `missing`
/// @param logOdds positive where it makes the label more likely
public record Contribution(String feature, String observed, double logOdds) {
  public JsonObject toJson() {
    return Json.object()
        .put("feature", feature)
        .put("observed", observed)
        .put("log_odds", logOdds)
        .build();
  }
}
