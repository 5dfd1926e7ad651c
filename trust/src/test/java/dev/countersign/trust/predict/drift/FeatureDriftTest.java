package dev.countersign.trust.predict.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.kernel.JsonReader;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.features.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FeatureDriftTest {

  @Test
  void ranksOfExchangeableValuesAreUniform() {
    var random = new SplittableRandom(1);
    var tenths = new int[10];
    int runs = 20_000;
    for (int run = 0; run < runs; run++) {
      // A reference of three values, many ties, and then the value in question.
      var feature = Watched.of("x", new Bins(List.of(1.0, 2.0), List.of()));
      for (int i = 0; i < 3; i++) {
        feature = feature.withReference(Optional.of(Value.of((double) random.nextInt(3))));
      }
      var value = Optional.of(Value.of((double) random.nextInt(3)));
      tenths[(int) (10 * feature.rank(value, random.nextDouble()))]++;
    }
    for (int count : tenths) {
      // Four deviations of a count.
      assertThat(count).isCloseTo(runs / 10, within(170));
    }
  }

  @Test
  void whatStaysTheSameRaisesNothingAndWhatChangesIsNamed() {
    var random = new SplittableRandom(2);
    var drift = started(random);
    for (int i = 0; i < 2000; i++) {
      drift = drift.with(snapshot(random, 0, "a"));
      assertThat(drift.alarmed()).isFalse();
    }
    var moved = drift;
    int delay = 0;
    while (!moved.alarmed() && delay < 1000) {
      moved = moved.with(snapshot(random, 1, "a"));
      delay++;
    }
    assertThat(delay).isBetween(5, 150);
    assertThat(moved.parts().getFirst().feature()).isEqualTo("facts.amount");
    assertThat(moved.parts().getFirst().share()).isGreaterThan(0.5);
  }

  @Test
  void aCategoryThatNobodyKnewIsAChange() {
    var random = new SplittableRandom(3);
    var drift = started(random);
    int delay = 0;
    while (!drift.alarmed() && delay < 1000) {
      drift = drift.with(snapshot(random, 0, "new"));
      delay++;
    }
    assertThat(delay).isBetween(5, 100);
    assertThat(drift.parts().getFirst().feature()).isEqualTo("queue");
    assertThat(drift.parts().getFirst().stability()).isGreaterThan(0.25);
  }

  @Test
  void theStateIsTheSameReadAgainAndDoesNotGrow() {
    var random = new SplittableRandom(4);
    var drift = started(random);
    int size = drift.toJson().toString().length();
    for (int i = 0; i < 500; i++) {
      drift = drift.with(snapshot(random, 0, "queue" + i));
    }
    var read = FeatureDrift.fromJson(JsonReader.readObject(drift.toJson().toString()));
    assertThat(read).isEqualTo(drift);
    var next = snapshot(random, 0, "a");
    assertThat(read.with(next)).isEqualTo(drift.with(next));
    // Digits of counts and statistics, no more.
    assertThat(drift.toJson().toString().length()).isLessThan(size + 3000);
  }

  private static FeatureDrift started(SplittableRandom random) {
    var training = new ArrayList<Snapshot>();
    var reference = new ArrayList<Snapshot>();
    for (int i = 0; i < 300; i++) {
      training.add(snapshot(random, 0, i % 3 == 0 ? "b" : "a"));
      reference.add(snapshot(random, 0, "a"));
    }
    return FeatureDrift.of(Predictor.DECISION, training, reference);
  }

  private static Snapshot snapshot(SplittableRandom random, double shift, String queue) {
    var features = new TreeMap<String, Value>();
    features.put("queue", Value.of(queue));
    features.put("reliability", Value.of(random.nextDouble()));
    features.put("local_hour", Value.of((double) random.nextInt(24)));
    if (random.nextInt(3) == 0) {
      features.put("alignment", Value.of(random.nextDouble()));
    }
    var facts = new TreeMap<String, Value>();
    facts.put("amount", Value.of(random.nextGaussian() + shift));
    facts.put("insured", Value.of(random.nextBoolean()));
    return new Snapshot(Predictor.DECISION, features, facts);
  }
}
