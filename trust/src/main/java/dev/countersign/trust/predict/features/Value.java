package dev.countersign.trust.predict.features;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonBoolean;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonString;
import java.util.Optional;

/// A value that a model may be told. What is not known is absent, not a value.
public sealed interface Value {

  /// What a column of a vector can hold.
  enum Kind {
    TRUTH,
    AMOUNT,
    WORD
  }

  record Truth(boolean value) implements Value {}

  /// A finite number.
  record Amount(double value) implements Value {
    public Amount {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("`" + value + "` is no amount");
      }
      value = value == 0 ? 0.0 : value;
    }
  }

  /// A category, at most [#LONGEST] characters.
  record Word(String value) implements Value {
    public static final int LONGEST = 200;

    public Word {
      if (value.length() > LONGEST) {
        throw new IllegalArgumentException("a category has at most " + LONGEST + " characters");
      }
    }
  }

  static Value of(boolean value) {
    return new Truth(value);
  }

  static Value of(double value) {
    return new Amount(value);
  }

  static Value of(String value) {
    return new Word(value);
  }

  default Kind kind() {
    return switch (this) {
      case Truth(var _) -> Kind.TRUTH;
      case Amount(var _) -> Kind.AMOUNT;
      case Word(var _) -> Kind.WORD;
    };
  }

  /// In words for people.
  default String shown() {
    return switch (this) {
      case Truth(var value) -> Boolean.toString(value);
      case Amount(var value) -> Double.toString(value);
      case Word(var value) -> value;
    };
  }

  default Json toJson() {
    return switch (this) {
      case Truth(var value) -> Json.of(value);
      case Amount(var value) -> Json.of(value);
      case Word(var value) -> Json.of(value);
    };
  }

  /// The value that stands in `json`, or empty if that is null, an array or an object.
  static Optional<Value> parse(Json json) {
    return switch (json) {
      case JsonBoolean(var value) -> Optional.of(new Truth(value));
      case JsonNumber(var value) -> Optional.of(new Amount(value));
      case JsonString(var value) -> Optional.of(new Word(value));
      default -> Optional.empty();
    };
  }
}
