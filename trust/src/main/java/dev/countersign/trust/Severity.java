package dev.countersign.trust;

import java.util.Arrays;
import java.util.Optional;

/// How bad an outcome was, mildest first.
public enum Severity {
  NONE("none"),
  MINOR("minor"),
  MAJOR("major"),
  SEVERE("severe");

  private final String word;

  Severity(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  /// The severity called `word`, or empty if there is none.
  public static Optional<Severity> parse(String word) {
    return Arrays.stream(values()).filter(severity -> severity.word.equals(word)).findFirst();
  }
}
