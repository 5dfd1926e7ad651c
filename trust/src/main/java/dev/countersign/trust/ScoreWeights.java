package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// How much each part weighs in a tenant's [TrustScore], in ten-thousandths: so that what adds up
/// to one does so exactly, and what is stored is what was said.
///
/// A part that weighs nothing is still required where a step requires it: a weight says how much a
/// part counts, not whether it has to be known.
///
/// @param reliability over 0, because the first step requires nothing else
/// @param overrides how much of the score overrides take away where everything was overridden
public record ScoreWeights(int reliability, int alignment, int safety, int value, int overrides) {

  /// A whole, in ten-thousandths.
  public static final int ONE = 10_000;

  /// As many as a weight may have: finer ones change no decision that anybody could explain.
  public static final int DECIMALS = 4;

  /// The member that says how much overrides take away, beside the words of the parts.
  public static final String OVERRIDES = "override_rate";

  /// T = (0.35 R + 0.25 A + 0.25 S + 0.15 V) x (1 - 0.25 O), for whoever says nothing else.
  public static final ScoreWeights USUAL = new ScoreWeights(3_500, 2_500, 2_500, 1_500, 2_500);

  public ScoreWeights {
    if (reliability < 1 || alignment < 0 || safety < 0 || value < 0) {
      throw new IllegalArgumentException("no weight is negative, and reliability has one");
    }
    if ((long) reliability + alignment + safety + value != ONE) {
      throw new IllegalArgumentException("the weights of the parts add up to one");
    }
    if (overrides < 0 || overrides > ONE) {
      throw new IllegalArgumentException("overrides take away from none to all of the score");
    }
  }

  /// The ten-thousandths that a share is written with; empty if it has more decimals, or is no
  /// share.
  public static Optional<Integer> units(double share) {
    if (!(share >= 0 && share <= 1)) {
      return Optional.empty();
    }
    int units = (int) StrictMath.rint(share * ONE);
    // Division is exactly rounded, so this is the double that the decimal is read as.
    return share(units) == share ? Optional.of(units) : Optional.empty();
  }

  /// The weight of a part, from 0 to 1.
  public double of(Part part) {
    return share(
        switch (part) {
          case RELIABILITY -> reliability;
          case ALIGNMENT -> alignment;
          case SAFETY -> safety;
          case VALUE -> value;
        });
  }

  /// What is left of the score at a rate of overrides.
  double factor(double overrideRate) {
    return 1 - share(overrides) * overrideRate;
  }

  public JsonObject toJson() {
    var json = Json.object();
    for (var part : Part.values()) {
      json.put(part.word(), of(part));
    }
    return json.put(OVERRIDES, share(overrides)).build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static ScoreWeights fromJson(JsonObject json) {
    return new ScoreWeights(
        stored(json, Part.RELIABILITY.word()),
        stored(json, Part.ALIGNMENT.word()),
        stored(json, Part.SAFETY.word()),
        stored(json, Part.VALUE.word()),
        stored(json, OVERRIDES));
  }

  private static int stored(JsonObject json, String name) {
    return units(Stored.number(json, name))
        .orElseThrow(() -> new IllegalArgumentException("weight `" + name + "` is no share"));
  }

  private static double share(int units) {
    return units / (double) ONE;
  }
}
