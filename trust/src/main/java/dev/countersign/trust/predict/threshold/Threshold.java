package dev.countersign.trust.predict.threshold;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.measure.BaseRate;

/// Up to which predicted risk an action may run by itself.
public sealed interface Threshold {

  /// Whether an action of this predicted risk runs without a person.
  ///
  /// @param budget the highest harm rate that is accepted now
  boolean admits(double risk, double budget);

  JsonObject toJson();

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  static Threshold fromJson(JsonObject json) {
    return switch (json.text("kind").orElse("")) {
      case "none" -> new None((long) number(json, "sampled"));
      case "certified" ->
          new Certified(
              number(json, "most"),
              number(json, "budget"),
              number(json, "confidence"),
              rate(json, "harm"),
              rate(json, "coverage"));
      default -> throw damaged("kind");
    };
  }

  private static double number(JsonObject json, String name) {
    return json.number(name).orElseThrow(() -> damaged(name));
  }

  private static BaseRate rate(JsonObject json, String name) {
    return BaseRate.fromJson(json.object(name).orElseThrow(() -> damaged(name)));
  }

  private static IllegalArgumentException damaged(String name) {
    return new IllegalArgumentException("member `" + name + "` of a threshold is damaged");
  }

  /// No threshold was certified: everything waits for a person.
  ///
  /// @param sampled how many outcomes there were
  record None(long sampled) implements Threshold {
    @Override
    public boolean admits(double risk, double budget) {
      return false;
    }

    @Override
    public JsonObject toJson() {
      return Json.object().put("kind", "none").put("sampled", sampled).build();
    }
  }

  /// Certified: among what it admits, the harm rate is at most `budget`, at `confidence`, as long
  /// as what is proposed comes from where the sample came from. It belongs to one version of a
  /// model. Where less harm is accepted than it was certified for, it says nothing.
  ///
  /// @param most the largest risk that is admitted
  /// @param harm of the sample's outcomes that it admits, how many were harmful
  /// @param coverage of the sample, how many it admits
  record Certified(double most, double budget, double confidence, BaseRate harm, BaseRate coverage)
      implements Threshold {
    @Override
    public boolean admits(double risk, double now) {
      return keepsTo(now) && risk <= most;
    }

    /// Whether it was certified for a budget of now: for that one or a stricter one.
    public boolean keepsTo(double now) {
      return budget <= now;
    }

    @Override
    public JsonObject toJson() {
      return Json.object()
          .put("kind", "certified")
          .put("most", most)
          .put("budget", budget)
          .put("confidence", confidence)
          .put("harm", harm.toJson())
          .put("coverage", coverage.toJson())
          .build();
    }
  }
}
