package dev.countersign.trust.predict.anomaly;

import dev.countersign.trust.predict.anomaly.CutForest.Score;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Watches a tenant hour by hour. Pure but for its [CutForest]; safe for use by many threads.
///
/// Windows of 24 hours and more make a scope's usual; a younger scope is not scored. The forest
/// sees deviations, not values, so that no feature counts more for having larger numbers.
public final class Watch {
  private static final int MOST_FEATURES = 5;
  private static final double CONTRIBUTES = 2;

  /// A forest is built for each score: a week of hours is enough for it, and costs half of two.
  private static final int MOST_IN_FOREST = 168;

  private final CutForest forest;

  public Watch(CutForest forest) {
    this.forest = forest;
  }

  /// What an hour came to.
  ///
  /// @param windows of the scopes that had one, with it
  /// @param hours with the hour's scores, where a scope was scored
  public record Hour(
      SortedMap<String, ScopeWindows> windows, ScoredHours hours, Optional<Alarm> alarm) {}

  private record Scored(String scope, Window window, Usual usual, Score score, double deviation) {}

  /// Judges an hour once all of it is known; hours MUST come in their order.
  ///
  /// @param earlier what each scope had before; none for one that is new
  /// @param hour the window of each scope in which something happened
  public Hour judge(
      ScoredHours hours, Map<String, ScopeWindows> earlier, SortedMap<String, Window> hour) {
    var scored = new ArrayList<Scored>();
    var windows = new TreeMap<String, ScopeWindows>();
    hour.forEach((scope, window) -> {
      var before = earlier.getOrDefault(scope, ScopeWindows.NONE);
      if (before.enough()) {
        scored.add(scored(scope, before, window));
      }
      windows.put(scope, before.with(window));
    });
    if (scored.isEmpty()) {
      return new Hour(windows, hours, Optional.empty());
    }
    double byForest = scored.stream().mapToDouble(one -> one.score().value()).max().orElseThrow();
    double byDeviation = scored.stream().mapToDouble(Scored::deviation).max().orElseThrow();
    var ranks = hours.ranks(byForest, byDeviation);
    var next = hours.with(byForest, byDeviation);
    if (!ranks.alarming()) {
      return new Hour(windows, next, Optional.empty());
    }
    // The one that is further out is told: the scope that has its largest score, first by name.
    boolean byRank = ranks.deviation() <= ranks.forest();
    var loudest =
        scored.stream()
            .filter(
                one -> byRank ? one.deviation() == byDeviation : one.score().value() == byForest)
            .findFirst()
            .orElseThrow();
    return new Hour(windows, next, Optional.of(alarm(loudest, ranks)));
  }

  private Scored scored(String scope, ScopeWindows before, Window window) {
    var usual = Usual.of(before.windows());
    var kept = before.windows();
    var others =
        kept.subList(Math.max(0, kept.size() - MOST_IN_FOREST), kept.size()).stream()
            .map(usual::vector)
            .toList();
    var vector = usual.vector(window);
    double deviation = 0;
    for (var feature : WindowFeature.values()) {
      deviation =
          Math.max(
              deviation,
              usual.deviation(window, feature).map(one -> Math.abs(one.deviations())).orElse(0.0));
    }
    return new Scored(scope, window, usual, forest.score(others, vector), deviation);
  }

  private static Alarm alarm(Scored scored, ScoredHours.Ranks ranks) {
    var deviations = deviations(scored);
    var contributing =
        deviations.stream()
            .filter(one -> Math.abs(one.deviations()) >= CONTRIBUTES)
            .limit(MOST_FEATURES)
            .toList();
    return new Alarm(
        AlarmKind.of(deviations),
        scored.scope(),
        scored.window().start(),
        ranks.forest(),
        ranks.deviation(),
        contributing.isEmpty() ? deviations.subList(0, 1) : contributing);
  }

  private static List<Deviation> deviations(Scored scored) {
    var features = WindowFeature.values();
    var deviations = new ArrayList<Deviation>();
    for (int i = 0; i < features.length; i++) {
      double share = scored.score().shares().get(i);
      scored
          .usual()
          .deviation(scored.window(), features[i])
          .map(one ->
              new Deviation(one.feature(), one.observed(), one.usual(), one.deviations(), share))
          .ifPresent(deviations::add);
    }
    deviations.sort(
        Comparator.comparingDouble((Deviation one) -> -Math.abs(one.deviations()))
            .thenComparing(Deviation::feature));
    return deviations;
  }
}
