package dev.countersign.testkit;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Checks a property on many generated cases; a failure names the seed that replays it alone.
///
/// ```java
/// Property.holdsFor(1000, random -> {
///   var text = someText(random);
///   assertThat(decode(encode(text))).isEqualTo(text);
/// });
/// ```
///
/// All randomness of a case MUST come from the generator it is given.
public final class Property {

  private Property() {}

  /// @param cases how many are generated, each from a seed of its own
  public static void holdsFor(int cases, Consumer<RandomGenerator> property) {
    Long replay = Long.getLong("property.seed");
    if (replay != null) {
      property.accept(new SplittableRandom(replay));
      return;
    }
    var seeds = new SplittableRandom();
    for (int i = 0; i < cases; i++) {
      long seed = seeds.nextLong();
      try {
        property.accept(new SplittableRandom(seed));
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("replay with -Dproperty.seed=" + seed, failure);
      }
    }
  }
}
