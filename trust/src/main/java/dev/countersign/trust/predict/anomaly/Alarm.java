package dev.countersign.trust.predict.anomaly;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.List;

/// An hour in a scope that was unlike the others.
///
/// @param scope the scope's name, as the caller names it
/// @param hour when its window began
/// @param forestRank the hour's rank by the forest among the tenant's hours, 0 to 1
/// @param deviationRank likewise by its largest deviation
/// @param features that contributed, the strongest first, at least one
public record Alarm(
    AlarmKind kind,
    String scope,
    Instant hour,
    double forestRank,
    double deviationRank,
    List<Deviation> features) {
  public Alarm {
    features = List.copyOf(features);
    if (features.isEmpty()) {
      throw new IllegalArgumentException("an alarm says what was unusual");
    }
  }

  public JsonObject toJson() {
    return Json.object()
        .put("kind", kind.word())
        .put("scope", scope)
        .put("hour", hour.toString())
        .put("forest_rank", forestRank)
        .put("deviation_rank", deviationRank)
        .put("features", Json.array(features.stream().map(Deviation::toJson).toList()))
        .build();
  }
}
