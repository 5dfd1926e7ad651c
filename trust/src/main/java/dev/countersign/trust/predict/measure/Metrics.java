package dev.countersign.trust.predict.measure;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/// How good predictions were on cases that nothing was learned from, beside the base rate.
///
/// Intervals are 95% percentile bootstraps (Efron 1979) over the predictions with a fixed seed, as
/// many draws as [#DRAWS]; they take the predictions as independent. The calibration error over few
/// cases lies over its true value, and its interval more so: a group of m cases has a gap of about
/// 0.8 sqrt(p(1 - p)/m) even if every probability is right.
///
/// @param cases how many there were
/// @param logLoss the mean, in nats
/// @param brier the mean
/// @param auc empty where all or none happened
/// @param calibrationError over at most [#GROUPS] groups of equal size (Naeini et al. 2015)
/// @param baseLogLoss what the base rate would have had, stated for every case
/// @param baseBrier likewise
/// @param improvement the base rate's log-loss minus this one: positive where the predictions help
/// @param curve the calibration curve, by rising probability
public record Metrics(
    long cases,
    Measured logLoss,
    Measured brier,
    Optional<Measured> auc,
    Measured calibrationError,
    double baseLogLoss,
    double baseBrier,
    Measured improvement,
    List<CurveBin> curve) {

  public static final int GROUPS = 15;
  public static final int DRAWS = 500;
  private static final long SEED = 20_260_101;
  private static final double OUTSIDE = 0.05;

  public Metrics {
    curve = List.copyOf(curve);
    if (curve.isEmpty()) {
      throw new IllegalArgumentException("a calibration curve has a group");
    }
  }

  /// Measures at least one prediction against a base rate that was known before them.
  ///
  /// @param base the rate that is stated for every case instead, from 0 to 1
  public static Metrics of(List<Stated> predictions, double base) {
    if (predictions.isEmpty()) {
      throw new IllegalArgumentException("nothing was predicted");
    }
    var ranked = Ranked.of(predictions, base);
    var draws = draws(ranked.size());
    var once = new int[ranked.size()];
    Arrays.fill(once, 1);
    var constant = predictions.stream().map(one -> new Stated(base, one.happened())).toList();
    return new Metrics(
        predictions.size(),
        measure(ranked::meanLogLoss, once, draws).orElseThrow(),
        measure(ranked::meanBrier, once, draws).orElseThrow(),
        measure(ranked::areaUnderCurve, once, draws),
        measure(ranked::calibrationError, once, draws).orElseThrow(),
        constant.stream().mapToDouble(Stated::logLoss).sum() / predictions.size(),
        constant.stream().mapToDouble(Stated::brier).sum() / predictions.size(),
        measure(ranked::meanGain, once, draws).orElseThrow(),
        ranked.curve());
  }

  /// The group that was given about as much as this: what became of it says how far the probability
  /// can be believed. The nearest by what was stated on average; the lower one of two.
  public CurveBin alike(double probability) {
    return curve.stream()
        .min(Comparator.comparingDouble(group -> Math.abs(group.stated() - probability)))
        .orElseThrow();
  }

  /// Whether the predictions are better than the base rate, as far as these cases can tell.
  public boolean skill() {
    return improvement.positive();
  }

  private static List<int[]> draws(int n) {
    var random = new SplittableRandom(SEED);
    var draws = new ArrayList<int[]>(DRAWS);
    for (int draw = 0; draw < DRAWS; draw++) {
      var weight = new int[n];
      for (int i = 0; i < n; i++) {
        weight[random.nextInt(n)]++;
      }
      draws.add(weight);
    }
    return draws;
  }

  /// Empty where the measure is not defined on all cases; draws on which it is not are left out.
  private static Optional<Measured> measure(
      ToDoubleFunction<int[]> measure, int[] once, List<int[]> draws) {
    double value = measure.applyAsDouble(once);
    if (Double.isNaN(value)) {
      return Optional.empty();
    }
    var drawn = draws.stream().mapToDouble(measure).filter(Double::isFinite).sorted().toArray();
    if (drawn.length == 0) {
      return Optional.of(new Measured(value, value, value));
    }
    int cut = (int) (drawn.length * OUTSIDE / 2);
    return Optional.of(new Measured(value, drawn[cut], drawn[drawn.length - 1 - cut]));
  }

  public JsonObject toJson() {
    return Json.object()
        .put("cases", cases)
        .put("log_loss", logLoss.toJson())
        .put("brier", brier.toJson())
        .put("auc", auc.map(Measured::toJson))
        .put("calibration_error", calibrationError.toJson())
        .put("base_log_loss", baseLogLoss)
        .put("base_brier", baseBrier)
        .put("improvement", improvement.toJson())
        .put("curve", Json.array(curve.stream().map(CurveBin::toJson).toList()))
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static Metrics fromJson(JsonObject json) {
    var curve = new ArrayList<CurveBin>();
    for (var item : json.items("curve")) {
      if (!(item instanceof JsonObject bin)) {
        throw new IllegalArgumentException("a calibration curve is damaged");
      }
      curve.add(CurveBin.fromJson(bin));
    }
    return new Metrics(
        (long) number(json, "cases"),
        measured(json, "log_loss"),
        measured(json, "brier"),
        json.object("auc").map(Measured::fromJson),
        measured(json, "calibration_error"),
        number(json, "base_log_loss"),
        number(json, "base_brier"),
        measured(json, "improvement"),
        curve);
  }

  private static double number(JsonObject json, String name) {
    return json.number(name)
        .orElseThrow(() -> new IllegalArgumentException("member `" + name + "` is no number"));
  }

  private static Measured measured(JsonObject json, String name) {
    return Measured.fromJson(
        json.object(name)
            .orElseThrow(
                () -> new IllegalArgumentException("member `" + name + "` was not measured")));
  }
}
