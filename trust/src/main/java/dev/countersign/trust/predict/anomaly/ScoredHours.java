package dev.countersign.trust.predict.anomaly;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// The largest scores of a tenant's earlier hours: against them an hour's are ranked.
///
/// An hour's rank is the share of hours, itself included, whose score was at least as large. Were
/// all hours exchangeable, such a rank would be at most a with a probability of at most a, whatever
/// the scores' distribution (Vovk, Gammerman & Shafer 2005). Two scores are ranked, each at half of
/// [#BUDGET], so an hour raises a false alarm with a probability of at most 1/168: one a week. The
/// largest score over all scopes is ranked, so their number does not matter.
///
/// Hours of a day are not exchangeable, and scores are of forests and medians that still learn: how
/// far the budget is kept nevertheless is measured in benchmarks, not proved. Immutable.
///
/// @param forest the hours' largest scores by the forest, oldest first
/// @param deviation the hours' largest deviations, oldest first
public record ScoredHours(List<Double> forest, List<Double> deviation) {

  /// One of the hours of a week.
  public static final double BUDGET = 1.0 / 168;

  /// Eight weeks: four hours of them may be further out than the one that raises an alarm.
  public static final int MOST = 1344;

  /// With fewer hours no rank is small enough: nothing is raised.
  public static final int FEWEST = 335;

  public static final ScoredHours NONE = new ScoredHours(List.of(), List.of());

  public ScoredHours {
    forest = List.copyOf(forest);
    deviation = List.copyOf(deviation);
    if (forest.size() != deviation.size() || forest.size() > MOST) {
      throw new IllegalArgumentException("each hour has two scores, and at most " + MOST + " are");
    }
  }

  /// An hour's ranks, from 0 to 1; small is unusual.
  record Ranks(double forest, double deviation) {
    boolean alarming() {
      return forest <= BUDGET / 2 || deviation <= BUDGET / 2;
    }
  }

  Ranks ranks(double forestScore, double deviationScore) {
    return new Ranks(rank(forest, forestScore), rank(deviation, deviationScore));
  }

  private static double rank(List<Double> earlier, double score) {
    return (1.0 + earlier.stream().filter(other -> other >= score).count()) / (earlier.size() + 1);
  }

  ScoredHours with(double forestScore, double deviationScore) {
    return new ScoredHours(appended(forest, forestScore), appended(deviation, deviationScore));
  }

  private static List<Double> appended(List<Double> scores, double score) {
    var more = new ArrayList<>(scores);
    more.add(score);
    return more.subList(Math.max(0, more.size() - MOST), more.size());
  }

  /// How many more hours it takes until anything can be raised; 0 once it can.
  public int missing() {
    return Math.max(0, FEWEST - forest.size());
  }

  public JsonObject toJson() {
    return Json.object()
        .put("forest", Json.array(forest.stream().map(Json::of).toList()))
        .put("deviation", Json.array(deviation.stream().map(Json::of).toList()))
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static ScoredHours fromJson(JsonObject json) {
    return new ScoredHours(numbers(json, "forest"), numbers(json, "deviation"));
  }

  private static List<Double> numbers(JsonObject json, String name) {
    var numbers = new ArrayList<Double>();
    for (var item : json.items(name)) {
      if (item instanceof JsonNumber(var value)) {
        numbers.add(value);
      }
    }
    return numbers;
  }
}
