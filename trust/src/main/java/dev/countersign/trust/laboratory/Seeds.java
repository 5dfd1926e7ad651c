package dev.countersign.trust.laboratory;

/// Seeds of made-up scopes.
public final class Seeds {
  private Seeds() {}

  /// Far apart also for neighbours: a SplittableRandom walks in steps of one constant, so that
  /// seeds a step apart would tell the same story a moment later.
  public static long of(long seed, String scenario, int scope) {
    return mixed(mixed(mixed(seed) + scenario.hashCode()) + scope);
  }

  /// The finalizer of MurmurHash3 (Appleby), in Stafford's variant 13.
  private static long mixed(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
