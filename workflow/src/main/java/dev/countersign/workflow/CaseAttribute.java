package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonBoolean;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/// A fact that cases of a workflow may have, with its type.
///
/// @param oneOf the only texts it may be; empty for any
public record CaseAttribute(String name, Type type, boolean required, List<String> oneOf) {

  /// What a fact may be. Money is an integer of minor units, or a text.
  public enum Type {
    STRING,
    INTEGER,
    NUMBER,
    BOOLEAN,
    DATE;

    public String word() {
      return Word.of(this);
    }

    static Type read(String word) {
      return Word.read(Type.class, word);
    }
  }

  public CaseAttribute {
    oneOf = List.copyOf(oneOf);
  }

  /// What is wrong with a value of it, if something is.
  Optional<String> objection(Json value) {
    return switch (type) {
      case STRING ->
          !(value instanceof JsonString(var text))
              ? Optional.of("must be a string")
              : oneOf.isEmpty() || oneOf.contains(text)
                  ? Optional.empty()
                  : Optional.of("must be one of " + String.join(", ", oneOf));
      case INTEGER ->
          value instanceof JsonNumber number && number.integral()
              ? Optional.empty()
              : Optional.of("must be an integer");
      case NUMBER ->
          value instanceof JsonNumber ? Optional.empty() : Optional.of("must be a number");
      case BOOLEAN ->
          value instanceof JsonBoolean ? Optional.empty() : Optional.of("must be true or false");
      case DATE ->
          value instanceof JsonString(var text) && isDate(text)
              ? Optional.empty()
              : Optional.of("must be a date such as 2026-01-31");
    };
  }

  private static boolean isDate(String text) {
    try {
      return LocalDate.parse(text).toString().equals(text);
    } catch (DateTimeParseException none) {
      return false;
    }
  }

  JsonObject json() {
    var json = Json.object().put("name", name).put("type", type.word()).put("required", required);
    if (!oneOf.isEmpty()) {
      json.put("one_of", Json.strings(oneOf));
    }
    return json.build();
  }
}
