package dev.countersign.policy;

import java.util.Optional;

/// A metadata key that a tenant declares beyond those that everyone has.
///
/// An integer is never negative, as counts are; what may be negative is a number.
///
/// @param longest of a string, in UTF-16 units; says nothing for other types
public record Declaration(String key, Type type, int longest) {
  public static final int LONGEST_KEY = 64;

  /// Metadata describes a call; a longer string would be its content.
  public static final int LONGEST_STRING = 500;

  /// What values the key takes.
  public enum Type {
    STRING("string"),
    BOOLEAN("boolean"),
    INTEGER("integer"),
    NUMBER("number");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    public static Optional<Type> of(String word) {
      for (var type : values()) {
        if (type.word.equals(word)) {
          return Optional.of(type);
        }
      }
      return Optional.empty();
    }
  }

  /// Whether `key` has the form of a declared key.
  public static boolean isKey(String key) {
    return PolicyKey.valid(key) && key.length() <= LONGEST_KEY;
  }

  public Declaration {
    if (!isKey(key)) {
      throw new IllegalArgumentException(
          "key `" + key + "` must have at most " + LONGEST_KEY + " of a-z, 0-9 and _");
    }
    if (longest < 1 || longest > LONGEST_STRING) {
      throw new IllegalArgumentException("a length must be from 1 to " + LONGEST_STRING);
    }
  }
}
