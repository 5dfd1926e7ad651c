package dev.countersign.trust.predict.calibration;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;

/// A logistic curve over the margin (Platt 1999), with his targets that keep few cases from
/// certainty, fitted by Newton's method with halved steps (Lin, Lin & Weng 2007).
///
/// @param slope of the log-odds over the margin
/// @param offset of the log-odds
public record Platt(double slope, double offset) implements Calibration {
  private static final int MOST_STEPS = 100;
  private static final double RIDGE = 1e-12;
  private static final double SMALLEST_GRADIENT = 1e-9;
  private static final double FURTHEST = 30;

  public Platt {
    if (!Double.isFinite(slope) || !Double.isFinite(offset)) {
      throw new IllegalArgumentException("a calibration has finite parameters");
    }
  }

  static Platt fit(List<Margin> cases) {
    double happened = cases.stream().filter(Margin::happened).count();
    double high = (happened + 1) / (happened + 2);
    double low = 1 / (cases.size() - happened + 2);
    double a = 0;
    double b = StrictMath.log((happened + 1) / (cases.size() - happened + 1));
    double loss = loss(cases, high, low, a, b);
    for (int step = 0; step < MOST_STEPS; step++) {
      double aa = RIDGE;
      double bb = RIDGE;
      double ab = 0;
      double ga = 0;
      double gb = 0;
      for (var one : cases) {
        double p = logistic(a * one.margin() + b);
        double w = p * (1 - p);
        double d = p - (one.happened() ? high : low);
        aa += one.margin() * one.margin() * w;
        ab += one.margin() * w;
        bb += w;
        ga += one.margin() * d;
        gb += d;
      }
      if (Math.abs(ga) < SMALLEST_GRADIENT && Math.abs(gb) < SMALLEST_GRADIENT) {
        break;
      }
      double determinant = aa * bb - ab * ab;
      double da = -(bb * ga - ab * gb) / determinant;
      double db = -(aa * gb - ab * ga) / determinant;
      double length = 1;
      double next = loss(cases, high, low, a + da, b + db);
      while (!(next < loss) && length > 1e-10) {
        length /= 2;
        next = loss(cases, high, low, a + length * da, b + length * db);
      }
      if (!(next < loss)) {
        break;
      }
      a += length * da;
      b += length * db;
      loss = next;
    }
    return new Platt(a, b);
  }

  private static double loss(List<Margin> cases, double high, double low, double a, double b) {
    double sum = 0;
    for (var one : cases) {
      double z = a * one.margin() + b;
      double target = one.happened() ? high : low;
      // log(1 + e^z) - target z, in the form that does not overflow.
      sum += Math.max(z, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(z))) - target * z;
    }
    return sum;
  }

  private static double logistic(double z) {
    return 1 / (1 + StrictMath.exp(-z));
  }

  @Override
  public double probability(double margin) {
    // Bounded, since a double cannot tell a logistic of 40 from 1.
    return logistic(Math.min(FURTHEST, Math.max(-FURTHEST, slope * margin + offset)));
  }

  @Override
  public JsonObject toJson() {
    return Json.object().put("method", "platt").put("slope", slope).put("offset", offset).build();
  }

  static Platt read(JsonObject json) {
    return new Platt(number(json, "slope"), number(json, "offset"));
  }

  private static double number(JsonObject json, String name) {
    return json.number(name)
        .orElseThrow(() -> new IllegalArgumentException("the calibration has no `" + name + "`"));
  }
}
