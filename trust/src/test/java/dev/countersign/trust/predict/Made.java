package dev.countersign.trust.predict;

import dev.countersign.trust.predict.features.OutcomeFeatures;
import dev.countersign.trust.predict.features.Value;
import dev.countersign.trust.predict.xgboost.Xgboost;
import dev.countersign.trust.predict.xgboost.Xgboost.Loaded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/// Made-up executions, one an hour, whose probability of success is known.
final class Made {
  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  static final Duration AT_ONCE = Duration.ZERO;

  private Made() {}

  static Learner learner() {
    return switch (Xgboost.load()) {
      case Loaded.Ready(var learner) -> learner;
      case Loaded.Missing(var why) -> throw new AssertionError(why);
    };
  }

  /// @param signal how much the features say: 0 for nothing, 1 for much
  static List<Labelled> executions(int n, double signal, long seed) {
    var random = new SplittableRandom(seed);
    var made = new ArrayList<Labelled>();
    for (int i = 0; i < n; i++) {
      double confidence = random.nextDouble();
      boolean insured = random.nextBoolean();
      double amount = Math.exp(random.nextGaussian() + 5);
      double odds =
          1.2 + signal * (2 * (confidence - 0.5) + (insured ? 1 : -1) - (amount > 250 ? 1 : 0));
      boolean success = random.nextDouble() < 1 / (1 + Math.exp(-odds));
      var facts = new TreeMap<String, Value>();
      facts.put("insured", Value.of(insured));
      facts.put("amount", Value.of(amount));
      var at = BEGIN.plus(Duration.ofHours(i));
      var snapshot =
          new OutcomeFeatures(
                  random.nextBoolean() ? "claims" : "refills",
                  "advance",
                  "review",
                  "payout",
                  Optional.of(0.8),
                  Optional.empty(),
                  Optional.of(random.nextInt(15, 21) / 20.0),
                  random.nextInt(3),
                  random.nextInt(40),
                  "open",
                  Optional.of(confidence),
                  Optional.empty(),
                  i % 24,
                  i / 24 % 7 + 1,
                  random.nextDouble(0, 100),
                  facts)
              .snapshot();
      made.add(
          new Labelled(
              new UUID(random.nextLong(), random.nextLong()),
              snapshot,
              at,
              at.plus(Duration.ofMinutes(30)),
              success));
    }
    return made;
  }

  static Instant end(List<Labelled> made) {
    return made.getLast().known();
  }
}
