package dev.countersign.policy;

import java.util.regex.Pattern;

/// A policy's name within its set, stable over versions; it is what `reason` says.
public record PolicyKey(String value) implements Comparable<PolicyKey> {
  public static final int LONGEST = 100;

  /// What a key looks like; it stands in URLs, in JSON and in column values as it is.
  static final Pattern SHAPE = Pattern.compile("[a-z][a-z0-9_]{0," + (LONGEST - 1) + "}");

  public PolicyKey {
    if (!valid(value)) {
      throw new IllegalArgumentException(
          "policy key `" + value + "` must match `" + SHAPE.pattern() + "`");
    }
  }

  public static boolean valid(String value) {
    return SHAPE.matcher(value).matches();
  }

  @Override
  public int compareTo(PolicyKey other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
