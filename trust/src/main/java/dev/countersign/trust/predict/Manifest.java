package dev.countersign.trust.predict;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.calibration.Calibration;
import dev.countersign.trust.predict.features.Encoding;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.measure.BaseRate;
import dev.countersign.trust.predict.measure.Metrics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What is known of a model beside its trees: everything that its predictions depend on, and how
/// good they were.
///
/// @param version counted per tenant and predictor, from 1
/// @param base of all labels that were known at `trainedAt`
/// @param metrics on the held-out part, which neither trees nor calibration saw
/// @param leftOut cases that were too young when the held-out part began
/// @param trainedAt the moment whose knowledge was used
/// @param knownUntil the latest label that was used: later ones are new
/// @param quantiles of the calibrated probability in the calibration part, at twentieths: the
///   thresholds that a test may try, fixed before its outcomes are drawn
/// @param trees the digest of the trees' bytes
public record Manifest(
    Encoding encoding,
    int version,
    Calibration calibration,
    BaseRate base,
    Range training,
    Range calibrated,
    Range heldOut,
    int leftOut,
    Metrics metrics,
    Instant trainedAt,
    Instant knownUntil,
    List<Double> quantiles,
    String learner,
    long seed,
    Digest trees) {

  /// Raised when the meaning of a manifest changes.
  private static final long FORMAT = 1;

  public Manifest {
    quantiles = List.copyOf(quantiles);
    if (version < 1) {
      throw new IllegalArgumentException("versions count from 1");
    }
  }

  public Predictor predictor() {
    return encoding.predictor();
  }

  /// Whether its predictions may be used instead of the base rate.
  public boolean skill() {
    return metrics.skill();
  }

  public JsonObject toJson() {
    return Json.object()
        .put("format", FORMAT)
        .put("version", version)
        .put("encoding", encoding.toJson())
        .put("calibration", calibration.toJson())
        .put("base_rate", base.toJson())
        .put("training", training.toJson())
        .put("calibrated", calibrated.toJson())
        .put("held_out", heldOut.toJson())
        .put("left_out", leftOut)
        .put("metrics", metrics.toJson())
        .put("skill", skill())
        .put("trained_at", trainedAt.toString())
        .put("known_until", knownUntil.toString())
        .put("quantiles", Json.array(quantiles.stream().map(Json::of).toList()))
        .put("learner", learner)
        .put("seed", seed)
        .put("trees", trees.hex())
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static Manifest fromJson(JsonObject json) {
    if ((long) number(json, "format") != FORMAT) {
      throw new IllegalArgumentException("the manifest has another format");
    }
    var quantiles = new ArrayList<Double>();
    for (var item : json.items("quantiles")) {
      if (item instanceof JsonNumber(var value)) {
        quantiles.add(value);
      }
    }
    return new Manifest(
        Encoding.fromJson(object(json, "encoding")),
        (int) number(json, "version"),
        Calibration.fromJson(object(json, "calibration")),
        BaseRate.fromJson(object(json, "base_rate")),
        Range.fromJson(object(json, "training")),
        Range.fromJson(object(json, "calibrated")),
        Range.fromJson(object(json, "held_out")),
        (int) number(json, "left_out"),
        Metrics.fromJson(object(json, "metrics")),
        time(json, "trained_at"),
        time(json, "known_until"),
        quantiles,
        text(json, "learner"),
        (long) number(json, "seed"),
        Digest.parse(text(json, "trees")).orElseThrow(() -> damaged("trees")));
  }

  static JsonObject object(JsonObject json, String name) {
    return json.object(name).orElseThrow(() -> damaged(name));
  }

  static Instant time(JsonObject json, String name) {
    return Instant.parse(text(json, name));
  }

  private static String text(JsonObject json, String name) {
    return json.text(name).orElseThrow(() -> damaged(name));
  }

  private static double number(JsonObject json, String name) {
    return json.number(name).orElseThrow(() -> damaged(name));
  }

  private static IllegalArgumentException damaged(String name) {
    return new IllegalArgumentException("member `" + name + "` of a manifest is damaged");
  }
}
