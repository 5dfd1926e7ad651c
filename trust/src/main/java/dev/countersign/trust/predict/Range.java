package dev.countersign.trust.predict;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.measure.BaseRate;
import java.time.Instant;
import java.util.List;

/// The cases of a part: from when to when they were proposed, and how many had the label.
public record Range(Instant from, Instant to, BaseRate rate) {

  static Range of(List<Labelled> cases) {
    return new Range(
        cases.getFirst().at(),
        cases.getLast().at(),
        new BaseRate(cases.stream().filter(Labelled::label).count(), cases.size()));
  }

  JsonObject toJson() {
    return Json.object()
        .put("from", from.toString())
        .put("to", to.toString())
        .put("rate", rate.toJson())
        .build();
  }

  static Range fromJson(JsonObject json) {
    return new Range(
        Manifest.time(json, "from"),
        Manifest.time(json, "to"),
        BaseRate.fromJson(Manifest.object(json, "rate")));
  }
}
