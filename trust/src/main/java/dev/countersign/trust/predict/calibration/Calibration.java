package dev.countersign.trust.predict.calibration;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.measure.Stated;
import java.util.ArrayList;
import java.util.List;

/// From margins to probabilities. Immutable, safe for use by many threads.
public sealed interface Calibration permits Platt, Isotonic {

  /// Of each class; under this many a free form follows chance, and two parameters are enough.
  int ENOUGH_FOR_ISOTONIC = 300;

  /// The probability that belongs to a margin, strictly between 0 and 1; it never falls as the
  /// margin rises, save where the cases that it was fitted on say that the model is upside down.
  double probability(double margin);

  JsonObject toJson();

  /// Fits Platt's two parameters, or an isotonic regression where there are [#ENOUGH_FOR_ISOTONIC]
  /// cases of each class and it predicts one half of the cases better from the other half, both
  /// ways. At least one case; their order in time is kept apart by taking every other one.
  static Calibration fit(List<Margin> cases) {
    if (cases.isEmpty()) {
      throw new IllegalArgumentException("nothing to calibrate on");
    }
    long happened = cases.stream().filter(Margin::happened).count();
    if (Math.min(happened, cases.size() - happened) < ENOUGH_FOR_ISOTONIC) {
      return Platt.fit(cases);
    }
    var one = everyOther(cases, 0);
    var other = everyOther(cases, 1);
    double isotonic = loss(Isotonic.fit(one), other) + loss(Isotonic.fit(other), one);
    double platt = loss(Platt.fit(one), other) + loss(Platt.fit(other), one);
    return isotonic < platt ? Isotonic.fit(cases) : Platt.fit(cases);
  }

  private static List<Margin> everyOther(List<Margin> cases, int first) {
    var half = new ArrayList<Margin>();
    for (int i = first; i < cases.size(); i += 2) {
      half.add(cases.get(i));
    }
    return half;
  }

  private static double loss(Calibration calibration, List<Margin> cases) {
    double sum = 0;
    for (var one : cases) {
      sum += new Stated(calibration.probability(one.margin()), one.happened()).logLoss();
    }
    return sum;
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
