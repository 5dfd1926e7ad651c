package dev.countersign.trust.predict.measure;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// How often a thing happened among how many: all that is known where no model helps.
///
/// @param happened how often it did
/// @param of among how many; both at least 0
public record BaseRate(long happened, long of) {
  private static final double OUTSIDE = 0.05;

  public BaseRate {
    if (happened < 0 || of < happened) {
      throw new IllegalArgumentException("`" + happened + "` of `" + of + "` is no rate");
    }
  }

  /// The rate with its exact 95% interval (Clopper & Pearson 1934); empty where nothing was seen,
  /// because then there is no number to state.
  public Optional<Measured> measured() {
    return of == 0
        ? Optional.empty()
        : Optional.of(
            new Measured(
                (double) happened / of,
                Binomial.lowerBound(happened, of, OUTSIDE / 2),
                Binomial.upperBound(happened, of, OUTSIDE / 2)));
  }

  public JsonObject toJson() {
    return Json.object()
        .put("happened", happened)
        .put("of", of)
        .put("rate", measured().map(Measured::toJson))
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static BaseRate fromJson(JsonObject json) {
    return new BaseRate(count(json, "happened"), count(json, "of"));
  }

  private static long count(JsonObject json, String name) {
    return json.number(name)
        .filter(value -> Json.of(value).integral())
        .map(Double::longValue)
        .orElseThrow(() -> new IllegalArgumentException("member `" + name + "` is no count"));
  }
}
