package dev.countersign.trust.predict.features;

import dev.countersign.trust.Stage;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Snapshots for tests.
final class Some {
  private static final String[] WORDS = {"a", "b", "c", "Ä", "", "long word"};

  private Some() {}

  static Snapshot decision() {
    return new DecisionFeatures(
            "refills",
            "advance",
            Optional.of(0.8),
            Optional.of(0.7),
            Optional.of(300.0),
            Optional.of(0.85),
            Stage.PROPOSE,
            Optional.of(0.95),
            Optional.of(0.9),
            Optional.of(0.75),
            0,
            14,
            12,
            facts())
        .snapshot();
  }

  static Snapshot outcome() {
    return new OutcomeFeatures(
            "refills",
            "advance",
            "review",
            "dispense",
            Optional.of(0.85),
            Optional.of(0.05),
            Optional.of(0.95),
            1,
            17,
            "open",
            Optional.of(0.8),
            Optional.of(0.7),
            14,
            3,
            26.5,
            facts())
        .snapshot();
  }

  static SortedMap<String, Value> facts() {
    var facts = new TreeMap<String, Value>();
    facts.put("amount", Value.of(1250.5));
    facts.put("insured", Value.of(true));
    facts.put("product", Value.of("ibuprofen"));
    return facts;
  }

  /// A snapshot in which anything may be missing, and facts have any type.
  static Snapshot snapshot(RandomGenerator random) {
    var predictor = random.nextBoolean() ? Predictor.DECISION : Predictor.OUTCOME;
    return snapshot(predictor, random);
  }

  static Snapshot snapshot(Predictor predictor, RandomGenerator random) {
    var features = new TreeMap<String, Value>();
    for (var feature : predictor.features()) {
      if (random.nextInt(4) > 0) {
        features.put(feature.name(), value(feature.kind(), random));
      }
    }
    var facts = new TreeMap<String, Value>();
    for (int i = random.nextInt(6); i > 0; i--) {
      var kinds = Value.Kind.values();
      facts.put("fact" + random.nextInt(8), value(kinds[random.nextInt(kinds.length)], random));
    }
    return new Snapshot(predictor, features, facts);
  }

  private static Value value(Value.Kind kind, RandomGenerator random) {
    return switch (kind) {
      case TRUTH -> Value.of(random.nextBoolean());
      case AMOUNT -> Value.of(random.nextGaussian() * Math.pow(10, random.nextInt(-3, 6)));
      case WORD -> Value.of(WORDS[random.nextInt(WORDS.length)]);
    };
  }
}
