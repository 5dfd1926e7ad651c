package dev.countersign.trust.predict.features;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Collects the features that are known. For use by one thread.
final class Known {
  private final SortedMap<String, Value> values = new TreeMap<>();

  Known word(String name, String value) {
    values.put(name, Value.of(value));
    return this;
  }

  Known amount(String name, double value) {
    values.put(name, Value.of(value));
    return this;
  }

  Known share(String name, Optional<Double> value) {
    value.ifPresent(share -> {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("`" + name + "` is a share, not `" + share + "`");
      }
      values.put(name, Value.of(share));
    });
    return this;
  }

  Known count(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("`" + name + "` is a count, not `" + value + "`");
    }
    return amount(name, (double) value);
  }

  Known within(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          "`" + name + "` lies from " + low + " to " + high + ", not at `" + value + "`");
    }
    return amount(name, (double) value);
  }

  Snapshot snapshot(Predictor predictor, SortedMap<String, Value> facts) {
    return new Snapshot(predictor, values, facts);
  }
}
