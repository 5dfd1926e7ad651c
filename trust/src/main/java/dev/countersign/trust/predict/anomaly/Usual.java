package dev.countersign.trust.predict.anomaly;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the windows of a scope are like: of each feature the median, and the median distance from
/// it (Hampel 1974), which no few unusual windows move.
///
/// A deviation is measured in the root of the summed squares of that distance (times 1.4826, as for
/// a normal distribution) and of what chance alone gives: the root of a count, the root of p(1 -
/// p)/m for a share of m cases. So a first rejection is no spike where rejections are usual at 0,
/// and ten of ten are. Immutable.
final class Usual {
  private static final double NORMAL = 1.4826;

  /// A share of 0 or 1 was seen in finitely many cases; as usual it is taken for at least this.
  private static final double LEAST_SHARE = 0.02;

  private static final double LEAST_LEVEL = 0.02;

  /// Further the forest does not tell apart: all its cuts would fall between.
  private static final double FURTHEST = 20;

  private final Map<WindowFeature, double[]> centres;

  private Usual(Map<WindowFeature, double[]> centres) {
    this.centres = centres;
  }

  static Usual of(List<Window> windows) {
    var centres = new EnumMap<WindowFeature, double[]>(WindowFeature.class);
    for (var feature : WindowFeature.values()) {
      var values =
          windows.stream()
              .flatMap(window -> window.value(feature).stream())
              .mapToDouble(Double::doubleValue)
              .toArray();
      if (values.length > 0) {
        double median = median(values);
        double distance =
            median(Arrays.stream(values).map(value -> Math.abs(value - median)).toArray());
        centres.put(feature, new double[] {median, NORMAL * distance});
      }
    }
    return new Usual(centres);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  /// How far a feature lies from the usual; empty where it, or the usual, is not known.
  Optional<Deviation> deviation(Window window, WindowFeature feature) {
    var centre = centres.get(feature);
    var value = window.value(feature);
    if (centre == null || value.isEmpty()) {
      return Optional.empty();
    }
    double chance =
        switch (feature.kind()) {
          case COUNT -> Math.sqrt(Math.max(1, centre[0]));
          case SHARE -> {
            double share = Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, centre[0]));
            yield Math.sqrt(share * (1 - share) / window.cases(feature));
          }
          case LEVEL -> LEAST_LEVEL;
        };
    double scale = Math.sqrt(centre[1] * centre[1] + chance * chance);
    return Optional.of(
        new Deviation(feature, value.get(), centre[0], (value.get() - centre[0]) / scale, 0));
  }

  /// The deviations of all features, for the forest; 0 where one is not known.
  double[] vector(Window window) {
    var features = WindowFeature.values();
    var vector = new double[features.length];
    for (int i = 0; i < vector.length; i++) {
      double deviations = deviation(window, features[i]).map(Deviation::deviations).orElse(0.0);
      vector[i] = Math.max(-FURTHEST, Math.min(FURTHEST, deviations));
    }
    return vector;
  }
}
