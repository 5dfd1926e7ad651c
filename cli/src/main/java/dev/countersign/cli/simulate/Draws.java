package dev.countersign.cli.simulate;

import java.util.List;

/// Random numbers that are the same everywhere and always: SplitMix64 (Steele, Lea and Flood 2014),
/// spelled out because a JDK may change its own. For use by one thread.
final class Draws {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  private Draws(long state) {
    this.state = state;
  }

  /// A stream of its own for each purpose, so that what is drawn for one never moves another.
  static Draws of(long seed, long... purpose) {
    long state = mixed(seed + GOLDEN);
    for (long part : purpose) {
      state = mixed(state ^ mixed(part + GOLDEN));
    }
    return new Draws(state);
  }

  private static long mixed(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  private long next() {
    state += GOLDEN;
    return mixed(state);
  }

  /// From 0, without 1.
  double uniform() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  boolean chance(double probability) {
    return uniform() < probability;
  }

  /// From `least` to `most`, both of them in it.
  long between(long least, long most) {
    return least + (long) (uniform() * (most - least + 1));
  }

  /// Standard normal, by Box and Muller; StrictMath is the same on every machine.
  double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform());
  }

  /// An index by weights, of which one MUST be more than 0.
  int choice(List<Double> weights) {
    double at = uniform() * weights.stream().mapToDouble(Double::doubleValue).sum();
    for (int i = 0; i < weights.size(); i++) {
      at -= weights.get(i);
      if (at < 0) {
        return i;
      }
    }
    return weights.size() - 1;
  }
}
