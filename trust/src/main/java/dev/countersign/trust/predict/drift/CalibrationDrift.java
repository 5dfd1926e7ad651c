package dev.countersign.trust.predict.drift;

import dev.countersign.kernel.Json;
import java.util.ArrayList;
import java.util.List;

/// Watches whether what happens still is what was stated.
///
/// Null: at each label, given all before, the probability that it happens lies within [#TOLERANCE]
/// of what was stated. The bets are 1 + l (happened - stated - tolerance) for too low statements
/// and 1 + l (stated - happened - tolerance) for too high ones, each with an expectation of at most
/// 1 under it. Immutable.
public record CalibrationDrift(RunLength watched) {

  /// No calibration is exact; this much is not worth an alarm.
  public static final double TOLERANCE = 0.02;

  private static final List<Double> STAKES = List.of(0.05, 0.15, 0.4, 0.9);

  public static final CalibrationDrift START =
      new CalibrationDrift(RunLength.start(2 * STAKES.size()));

  public CalibrationDrift {
    if (watched.statistics().size() != 2 * STAKES.size()) {
      throw new IllegalArgumentException("a stored detector is damaged");
    }
  }

  /// @param stated the probability, from 0 to 1
  public CalibrationDrift with(double stated, boolean happened) {
    double low = (happened ? 1 : 0) - stated - TOLERANCE;
    double high = stated - (happened ? 1 : 0) - TOLERANCE;
    var factors = new ArrayList<Double>();
    STAKES.forEach(stake -> factors.add(1 + stake * low));
    STAKES.forEach(stake -> factors.add(1 + stake * high));
    return new CalibrationDrift(watched.next(factors));
  }

  public boolean alarmed() {
    return watched.alarmed();
  }

  /// Whether it is rather that too much was promised than too little.
  public boolean overstated() {
    double low = 0;
    double high = 0;
    for (int i = 0; i < STAKES.size(); i++) {
      low += watched.statistics().get(i);
      high += watched.statistics().get(STAKES.size() + i);
    }
    return high > low;
  }

  public Json toJson() {
    return watched.toJson();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static CalibrationDrift fromJson(Json json) {
    return new CalibrationDrift(RunLength.fromJson(json));
  }
}
