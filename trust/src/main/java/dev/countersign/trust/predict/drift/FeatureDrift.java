package dev.countersign.trust.predict.drift;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.features.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;

/// Watches whether snapshots still come from where the model's came from.
///
/// Null: the reference and all that comes after are exchangeable. Each feature's value is ranked
/// among all before it by its bin, ties parted by chance from a fixed seed; such ranks are uniform
/// and independent under the null whatever the feature's distribution and however small the
/// reference is, and six bets on each rank (small, large, both ends, the middle) feed one
/// [RunLength]: its line holds for all features together. What the features depend on each other
/// does not matter, because a mean of supermartingales is one.
///
/// Hours and weekdays are not watched: they run in circles, and exchangeable they are not.
/// Immutable.
public record FeatureDrift(List<Watched> features, long seen, RunLength watched) {
  private static final long SEED = 47;
  private static final List<String> RUN_IN_CIRCLES = List.of("local_hour", "weekday");
  private static final List<Double> STAKES = List.of(-0.9, -0.4, 0.4, 0.9);
  private static final List<Double> END_STAKES = List.of(-0.6, 0.6);
  private static final int BETS = STAKES.size() + END_STAKES.size();

  public FeatureDrift {
    features = List.copyOf(features);
    if (watched.statistics().size() != features.size() * BETS) {
      throw new IllegalArgumentException("a stored detector is damaged");
    }
  }

  /// A feature's part in an alarm.
  ///
  /// @param share of the statistic, from 0 to 1
  /// @param stability its population stability index
  public record Part(String feature, double share, double stability) {}

  /// Begins after a training.
  ///
  /// @param training from which the bins are fixed; at least one snapshot
  /// @param reference other cases of the same time: the calibration part and the held-out one
  public static FeatureDrift of(
      Predictor predictor, Collection<Snapshot> training, Collection<Snapshot> reference) {
    var features = new ArrayList<Watched>();
    var names = new TreeSet<String>();
    predictor.features().forEach(feature -> names.add(feature.name()));
    names.removeAll(RUN_IN_CIRCLES);
    training.forEach(one -> one.facts().keySet().forEach(fact -> names.add("facts." + fact)));
    for (var name : names) {
      var values = training.stream().flatMap(one -> value(one, name).stream()).toList();
      var feature = Watched.of(name, Bins.of(values));
      for (var snapshot : reference) {
        feature = feature.withReference(value(snapshot, name));
      }
      features.add(feature);
    }
    return new FeatureDrift(features, 0, RunLength.start(features.size() * BETS));
  }

  private static Optional<Value> value(Snapshot snapshot, String name) {
    return Optional.ofNullable(
        name.startsWith("facts.")
            ? snapshot.facts().get(name.substring("facts.".length()))
            : snapshot.features().get(name));
  }

  /// Counts a new snapshot; each once, in the order of their times.
  public FeatureDrift with(Snapshot snapshot) {
    var random = new SplittableRandom(SEED + seen);
    var next = new ArrayList<Watched>();
    var factors = new ArrayList<Double>();
    for (var feature : features) {
      var value = value(snapshot, feature.name());
      double rank = feature.rank(value, random.nextDouble());
      STAKES.forEach(stake -> factors.add(1 + stake * (2 * rank - 1)));
      // |rank - 1/2| has the mean 1/4, so this has the mean 0.
      END_STAKES.forEach(stake -> factors.add(1 + stake * (4 * Math.abs(rank - 0.5) - 1)));
      next.add(feature.with(value));
    }
    return new FeatureDrift(next, seen + 1, watched.next(factors));
  }

  public boolean alarmed() {
    return watched.alarmed();
  }

  /// The features by their part in the statistic, the largest first.
  public List<Part> parts() {
    double all = Math.max(Double.MIN_NORMAL, watched.mean() * watched.statistics().size());
    var parts = new ArrayList<Part>();
    for (int i = 0; i < features.size(); i++) {
      double sum = 0;
      for (int bet = 0; bet < BETS; bet++) {
        sum += watched.statistics().get(i * BETS + bet);
      }
      parts.add(new Part(features.get(i).name(), sum / all, features.get(i).stability()));
    }
    parts.sort(
        Comparator.comparingDouble((Part part) -> -part.share()).thenComparing(Part::feature));
    return parts;
  }

  public JsonObject toJson() {
    return Json.object()
        .put("features", Json.array(features.stream().map(Watched::toJson).toList()))
        .put("seen", seen)
        .put("watched", watched.toJson())
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static FeatureDrift fromJson(JsonObject json) {
    var features = new ArrayList<Watched>();
    for (var item : json.items("features")) {
      if (item instanceof JsonObject feature) {
        features.add(Watched.fromJson(feature));
      }
    }
    return new FeatureDrift(
        features,
        json.number("seen").orElse(0.0).longValue(),
        RunLength.fromJson(json.member("watched").orElse(Json.NULL)));
  }
}
