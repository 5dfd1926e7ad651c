package dev.countersign.trust.predict.threshold;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What was certified for each action type, for one version of a model. Immutable.
///
/// A sample that grows is looked at more than once, and whoever takes the first look that pleases
/// him promises too much. So looks are few and planned: when the sample has [#FIRST] outcomes, and
/// whenever it has doubled since. Look k certifies at the confidence 1 - d/(k(k + 1)), and all
/// looks together at 1 - d (Bonferroni). A later look's word replaces the earlier one's.
///
/// @param version of the model whose predictions they are thresholds of; 0 before there is one
/// @param since what was proposed before is no part of a sample: after a drift it starts anew
/// @param of by action type
public record Thresholds(int version, Optional<Instant> since, SortedMap<String, Looked> of) {

  /// How likely it is that any of a type's thresholds lets through more harm than its budget.
  static final double RISK = 0.05;

  /// The size of the sample at the first look.
  static final int FIRST = 200;

  public static final Thresholds NONE = new Thresholds(0, Optional.empty(), new TreeMap<>());

  /// The word of the latest look.
  ///
  /// @param looks how many there were
  public record Looked(int looks, Threshold threshold) {
    static final Looked NEVER = new Looked(0, new Threshold.None(0));

    JsonObject toJson() {
      return Json.object().put("looks", looks).put("threshold", threshold.toJson()).build();
    }

    static Looked fromJson(JsonObject json) {
      return new Looked(
          json.number("looks").orElse(0.0).intValue(),
          Threshold.fromJson(
              json.object("threshold")
                  .orElseThrow(() -> new IllegalArgumentException("a threshold is damaged"))));
    }
  }

  public Thresholds {
    of = Collections.unmodifiableSortedMap(new TreeMap<>(of));
  }

  /// Of a version that begins to serve, or whose past says nothing any more.
  public static Thresholds beginning(int version, Optional<Instant> since) {
    return new Thresholds(version, since, new TreeMap<>());
  }

  /// The threshold of an action type under a version; none where nothing was tested for both.
  public Threshold threshold(String actionType, int asked) {
    return asked == version ? looked(actionType).threshold() : new Threshold.None(0);
  }

  private Looked looked(String actionType) {
    return of.getOrDefault(actionType, Looked.NEVER);
  }

  /// How large a type's sample has to be for the next look.
  public int next(String actionType) {
    return FIRST << Math.min(looked(actionType).looks(), 20);
  }

  /// Looks at a type's sample if it is large enough for the next look; else stays as it is.
  ///
  /// @param candidates fixed before the sample was drawn
  /// @param sample in the order of proposing, without a gap
  /// @param budget the highest harm rate that is accepted
  public Thresholds looking(
      String actionType, List<Double> candidates, List<Sampled> sample, double budget) {
    var looked = looked(actionType);
    var next = this;
    while (sample.size() >= next.next(actionType)) {
      int look = looked.looks() + 1;
      var planned = sample.subList(0, next.next(actionType));
      double confidence = 1 - RISK / (look * (look + 1.0));
      looked = new Looked(look, LearnThenTest.certify(candidates, planned, budget, confidence));
      var more = new TreeMap<>(next.of);
      more.put(actionType, looked);
      next = new Thresholds(version, since, more);
    }
    return next;
  }

  /// Whether these admit the same as others.
  public boolean admitsLike(Thresholds other) {
    return version == other.version && limits().equals(other.limits());
  }

  /// Up to which risk each action type may run, where one is certified.
  public SortedMap<String, Double> limits() {
    var limits = new TreeMap<String, Double>();
    of.forEach((type, looked) -> {
      if (looked.threshold() instanceof Threshold.Certified certified) {
        limits.put(type, certified.most());
      }
    });
    return limits;
  }

  public JsonObject toJson() {
    var thresholds = Json.object();
    of.forEach((type, looked) -> thresholds.put(type, looked.toJson()));
    return Json.object()
        .put("version", version)
        .put("since", since.map(at -> Json.of(at.toString())))
        .put("of", thresholds.build())
        .build();
  }

  /// Reads what [#toJson] wrote, and an empty object as none; throws IllegalArgumentException for
  /// anything else.
  public static Thresholds fromJson(JsonObject json) {
    var of = new TreeMap<String, Looked>();
    json.object("of")
        .ifPresent(members ->
            members
                .members()
                .forEach((type, looked) -> {
                  if (looked instanceof JsonObject object) {
                    of.put(type, Looked.fromJson(object));
                  }
                }));
    return new Thresholds(
        json.number("version").orElse(0.0).intValue(), json.text("since").map(Instant::parse), of);
  }
}
