package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// How much evidence came since the scope entered its stage: no evidence serves two steps.
record SinceEntered(long decided, double decidedWeight, long observed, double observedWeight) {

  static final SinceEntered NOTHING = new SinceEntered(0, 0, 0, 0);

  /// Six observations a minute apart weigh 5.9999; a sum of weights reaches a minimum if it rounds
  /// to it.
  private static final double ROUNDING = 0.5;

  SinceEntered {
    // Written so that NaN fails too.
    if (!(decidedWeight >= 0 && observedWeight >= 0) || decided < 0 || observed < 0) {
      throw new IllegalArgumentException("evidence is not negative");
    }
  }

  SinceEntered decayed(double factor) {
    return new SinceEntered(decided, decidedWeight * factor, observed, observedWeight * factor);
  }

  SinceEntered plusDecided(double w) {
    return new SinceEntered(decided + 1, decidedWeight + w, observed, observedWeight);
  }

  SinceEntered plusObserved(double w) {
    return new SinceEntered(decided, decidedWeight, observed + 1, observedWeight + w);
  }

  long count(PromotionStep.Counted counted) {
    return switch (counted) {
      case DECIDED -> decided;
      case OBSERVED -> observed;
    };
  }

  double weight(PromotionStep.Counted counted) {
    return switch (counted) {
      case DECIDED -> decidedWeight;
      case OBSERVED -> observedWeight;
    };
  }

  boolean reaches(PromotionStep step) {
    return count(step.counted()) >= step.minimum()
        && weight(step.counted()) >= step.minimum() - ROUNDING;
  }

  JsonObject toJson() {
    return Json.object()
        .put("decided", decided)
        .put("decided_weight", decidedWeight)
        .put("observed", observed)
        .put("observed_weight", observedWeight)
        .build();
  }

  static SinceEntered fromJson(JsonObject json) {
    return new SinceEntered(
        Stored.count(json, "decided"),
        Stored.number(json, "decided_weight"),
        Stored.count(json, "observed"),
        Stored.number(json, "observed_weight"));
  }
}
