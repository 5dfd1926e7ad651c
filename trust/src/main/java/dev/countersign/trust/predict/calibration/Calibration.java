package dev.countersign.trust.predict.calibration;

import dev.countersign.kernel.Json.JsonObject;
import java.util.List;

/// From margins to probabilities. Immutable, safe for use by many threads.
public sealed interface Calibration permits Platt, Isotonic {

  /// Of each class; under this many a free form follows chance, and two parameters are enough.
  int ENOUGH_FOR_ISOTONIC = 300;

  /// The probability that belongs to a margin, strictly between 0 and 1; it never falls as the
  /// margin rises, save where the cases that it was fitted on say that the model is upside down.
  double probability(double margin);

  JsonObject toJson();

  /// Fits what the number of cases allows: isotonic regression where there are
  /// [#ENOUGH_FOR_ISOTONIC] of each class, else Platt's two parameters. At least one case.
  static Calibration fit(List<Margin> cases) {
    if (cases.isEmpty()) {
      throw new IllegalArgumentException("nothing to calibrate on");
    }
    long happened = cases.stream().filter(Margin::happened).count();
    return Math.min(happened, cases.size() - happened) >= ENOUGH_FOR_ISOTONIC
        ? Isotonic.fit(cases)
        : Platt.fit(cases);
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  static Calibration fromJson(JsonObject json) {
    return switch (json.text("method").orElse("")) {
      case "platt" -> Platt.read(json);
      case "isotonic" -> Isotonic.read(json);
      default -> throw new IllegalArgumentException("the calibration is of no known method");
    };
  }
}
