package dev.countersign.trust.predict.drift;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonNumber;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A change detector with a proved mean run length: a Shiryaev-Roberts procedure over bets.
///
/// Each bet has a statistic that starts at 0 and becomes (statistic + 1) f at each observation,
/// where f >= 0 has an expectation of at most 1 while nothing has changed, whatever came before. So
/// the mean of the statistics minus the number of observations is a supermartingale, and the
/// expected number of observations before the mean passes a line is at least that line (Roberts
/// 1966; Shin, Ramdas & Rinaldo 2023, e-detectors). Immutable.
///
/// @param statistics one for each bet, at least 0
public record RunLength(List<Double> statistics) {

  /// Observations before a false alarm, at least, on average.
  public static final double LINE = 20_000;

  /// A statistic that is over this has raised the alarm long ago; it must only stay finite.
  private static final double LARGEST = 1e12;

  public RunLength {
    statistics = List.copyOf(statistics);
    if (statistics.isEmpty() || statistics.stream().anyMatch(value -> !(value >= 0))) {
      throw new IllegalArgumentException("a statistic is at least 0");
    }
  }

  public static RunLength start(int bets) {
    return new RunLength(Collections.nCopies(bets, 0.0));
  }

  /// @param factors one for each bet, at least 0
  public RunLength next(List<Double> factors) {
    var next = new ArrayList<Double>();
    for (int i = 0; i < statistics.size(); i++) {
      next.add(Math.min(LARGEST, (statistics.get(i) + 1) * factors.get(i)));
    }
    return new RunLength(next);
  }

  public double mean() {
    return statistics.stream().mapToDouble(Double::doubleValue).sum() / statistics.size();
  }

  public boolean alarmed() {
    return mean() >= LINE;
  }

  public Json toJson() {
    return Json.array(statistics.stream().map(Json::of).toList());
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static RunLength fromJson(Json json) {
    if (!(json instanceof JsonArray(var items))) {
      throw new IllegalArgumentException("a stored detector is damaged");
    }
    var statistics = new ArrayList<Double>();
    for (var item : items) {
      statistics.add(item instanceof JsonNumber(var value) ? value : -1.0);
    }
    return new RunLength(statistics);
  }
}
