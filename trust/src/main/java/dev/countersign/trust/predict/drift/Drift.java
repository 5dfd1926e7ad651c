package dev.countersign.trust.predict.drift;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.UUID;

/// What is watched of a serving model, and how far it was read. Immutable.
///
/// @param version of the model
/// @param features whether what is proposed still is what it learned from
/// @param calibration whether what it states still is what happens
/// @param seen the last proposal that was read
/// @param known up to which label was read, and `knownId` which of that moment
/// @param told whether its alarm was raised: it is raised once
public record Drift(
    int version,
    FeatureDrift features,
    CalibrationDrift calibration,
    UUID seen,
    Instant known,
    UUID knownId,
    boolean told) {

  public boolean alarmed() {
    return features.alarmed() || calibration.alarmed();
  }

  public Drift raised() {
    return new Drift(version, features, calibration, seen, known, knownId, true);
  }

  public JsonObject toJson() {
    return Json.object()
        .put("version", version)
        .put("features", features.toJson())
        .put("calibration", calibration.toJson())
        .put("seen", seen.toString())
        .put("known", known.toString())
        .put("known_id", knownId.toString())
        .put("told", told)
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static Drift fromJson(JsonObject json) {
    return new Drift(
        json.number("version").orElseThrow(Drift::damaged).intValue(),
        FeatureDrift.fromJson(json.object("features").orElseThrow(Drift::damaged)),
        CalibrationDrift.fromJson(json.member("calibration").orElse(Json.NULL)),
        UUID.fromString(text(json, "seen")),
        Instant.parse(text(json, "known")),
        UUID.fromString(text(json, "known_id")),
        json.member("told").orElse(Json.of(false)).equals(Json.of(true)));
  }

  private static String text(JsonObject json, String name) {
    return json.text(name).orElseThrow(Drift::damaged);
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException("a stored watch for drift is damaged");
  }
}
