package dev.countersign.cli.simulate;

import dev.countersign.kernel.Json.JsonObject;
import java.util.List;

/// A logistic function of the circumstances.
record Logit(double intercept, List<Term> terms) {
  Logit {
    terms = List.copyOf(terms);
  }

  /// The log of the odds.
  double of(JsonObject facts, String queue, int hour) {
    double sum = intercept;
    for (var term : terms) {
      sum += term.of(facts, queue, hour);
    }
    return sum;
  }

  static double probability(double logit) {
    return 1 / (1 + StrictMath.exp(-logit));
  }
}
