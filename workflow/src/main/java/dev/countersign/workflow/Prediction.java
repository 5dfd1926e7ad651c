package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// What the proposer believes about his proposal: a feature, never evidence.
///
/// @param confidence that it is right, 0 to 1
/// @param safety that it does no harm, 0 to 1
public record Prediction(
    Optional<Double> confidence, Optional<Double> safety, Optional<Double> timeSavedSeconds) {

  public static final Prediction NONE =
      new Prediction(Optional.empty(), Optional.empty(), Optional.empty());

  public Prediction {
    if (!share(confidence) || !share(safety)) {
      throw new IllegalArgumentException("confidence and safety are from 0 to 1");
    }
  }

  private static boolean share(Optional<Double> value) {
    return value.isEmpty() || (value.get() >= 0 && value.get() <= 1);
  }

  public JsonObject json() {
    return Json.object()
        .put("confidence", confidence.map(Json::of))
        .put("safety", safety.map(Json::of))
        .put("time_saved_seconds", timeSavedSeconds.map(Json::of))
        .build();
  }

  public static Prediction read(JsonObject json) {
    return new Prediction(
        json.number("confidence"), json.number("safety"), json.number("time_saved_seconds"));
  }
}
