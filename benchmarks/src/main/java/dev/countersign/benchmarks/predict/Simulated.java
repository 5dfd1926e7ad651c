package dev.countersign.benchmarks.predict;

import dev.countersign.trust.predict.Labelled;
import dev.countersign.trust.predict.features.OutcomeFeatures;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.features.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/// A tenant whose executions succeed with known probabilities: a logistic function with an
/// interaction and a step, which no two parameters describe, of eight features among noise.
final class Simulated {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final SplittableRandom random;
  private final double level;
  private final double strength;
  private long made;

  /// @param level the log-odds of success of a case about which nothing is special
  /// @param strength of what the features say; 0 for nothing
  Simulated(long seed, double level, double strength) {
    this.random = new SplittableRandom(seed);
    this.level = level;
    this.strength = strength;
  }

  /// An execution with its true probability of success.
  record Execution(Labelled labelled, double truth) {
    Snapshot snapshot() {
      return labelled.snapshot();
    }
  }

  Execution next() {
    double confidence = random.nextDouble();
    double safety = random.nextDouble();
    double rate = random.nextInt(12, 21) / 20.0;
    boolean insured = random.nextInt(4) > 0;
    boolean night = random.nextInt(4) == 0;
    double amount = Math.exp(random.nextGaussian() + 5);
    var product = "p" + Math.min(random.nextInt(6), random.nextInt(6));
    double said =
        1.5 * (confidence - 0.5)
            + (insured ? 0.4 : -1.2)
            + 3 * (rate - 0.8)
            - (amount > 300 ? 0.8 : 0)
            - (night && confidence > 0.7 ? 1 : 0)
            + 0.3 * (product.equals("p0") ? 1 : -0.2);
    double truth = 1 / (1 + Math.exp(-(level + strength * said)));
    var facts = new TreeMap<String, Value>();
    facts.put("insured", Value.of(insured));
    facts.put("amount", Value.of(amount));
    facts.put("product", Value.of(product));
    var snapshot =
        new OutcomeFeatures(
                "claims",
                "advance",
                "review",
                "payout",
                Optional.of(0.8),
                Optional.of(random.nextInt(10) / 100.0),
                Optional.of(rate),
                random.nextInt(3),
                random.nextInt(60),
                "open",
                Optional.of(confidence),
                random.nextInt(5) == 0 ? Optional.empty() : Optional.of(safety),
                night ? 2 : 14,
                (int) (made / 200 % 7) + 1,
                random.nextDouble(0, 200),
                facts)
            .snapshot();
    var at = BEGIN.plus(Duration.ofMinutes(7 * made++));
    boolean success = random.nextDouble() < truth;
    var id = new UUID(random.nextLong(), random.nextLong());
    return new Execution(
        new Labelled(id, snapshot, at, at.plus(Duration.ofMinutes(5)), success), truth);
  }
}
