package dev.countersign.kernel;

import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonBoolean;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Reads the fields of a request's object and gathers every problem, so that one answer names all.
///
/// A field that is missing or wrong yields a harmless placeholder; [#done] then throws. A field
/// that nobody asked for is a problem too. JSON null counts as absent only for optional fields. For
/// use by one thread.
///
/// ```java
/// var fields = Fields.of(body);
/// var model = fields.string("model", 1, 200);
/// var site = fields.optionalString("site", 1, 100);
/// fields.done(); // throws Refusal.Invalid with all problems
/// ```
public final class Fields {
  private static final UUID NIL = new UUID(0, 0);

  private final JsonObject object;
  private final String path;
  private final List<Violation> violations;
  private final Set<String> asked = new LinkedHashSet<>();

  private Fields(JsonObject object, String path, List<Violation> violations) {
    this.object = object;
    this.path = path;
    this.violations = violations;
  }

  public static Fields of(Json body) {
    var violations = new ArrayList<Violation>();
    if (body instanceof JsonObject object) {
      return new Fields(object, "", violations);
    }
    violations.add(new Violation("", "wrong_type", "an object was expected"));
    return new Fields(JsonObject.EMPTY, "", violations);
  }

  /// A string of `min` to `max` UTF-16 units.
  public String string(String name, int min, int max) {
    return required(name, optionalString(name, min, max), "");
  }

  public Optional<String> optionalString(String name, int min, int max) {
    return switch (present(name)) {
      case JsonString(var value) when value.length() < min || value.length() > max ->
          wrong(name, "wrong_length", "must have " + min + " to " + max + " characters");
      case JsonString(var value) when value.indexOf('\0') >= 0 ->
          wrong(name, "wrong_value", "must not contain the character U+0000");
      case JsonString(var value) -> Optional.of(value);
      case JsonNull() -> Optional.empty();
      default -> wrong(name, "wrong_type", "must be a string");
    };
  }

  /// One of the given words.
  public String word(String name, String... allowed) {
    return required(name, optionalWord(name, allowed), allowed[0]);
  }

  public Optional<String> optionalWord(String name, String... allowed) {
    return optionalString(name, 0, 1000)
        .flatMap(value ->
            Arrays.asList(allowed).contains(value)
                ? Optional.of(value)
                : wrong(name, "wrong_value", "must be one of " + String.join(", ", allowed)));
  }

  public boolean truth(String name) {
    return required(name, optionalTruth(name), false);
  }

  public Optional<Boolean> optionalTruth(String name) {
    return switch (present(name)) {
      case JsonBoolean(var value) -> Optional.of(value);
      case JsonNull() -> Optional.empty();
      default -> wrong(name, "wrong_type", "must be true or false");
    };
  }

  /// An integer from `min` to `max`.
  public long integer(String name, long min, long max) {
    return required(name, optionalInteger(name, min, max), min);
  }

  public Optional<Long> optionalInteger(String name, long min, long max) {
    return switch (present(name)) {
      case JsonNumber number when !number.integral() ->
          wrong(name, "wrong_type", "must be an integer");
      case JsonNumber(var value) when value < min || value > max ->
          wrong(name, "out_of_range", "must be from " + min + " to " + max);
      case JsonNumber(var value) -> Optional.of((long) value);
      case JsonNull() -> Optional.empty();
      default -> wrong(name, "wrong_type", "must be an integer");
    };
  }

  /// A number from `min` to `max`.
  public Optional<Double> optionalNumber(String name, double min, double max) {
    return switch (present(name)) {
      case JsonNumber(var value) when value < min || value > max ->
          wrong(name, "out_of_range", "must be from " + min + " to " + max);
      case JsonNumber(var value) -> Optional.of(value);
      case JsonNull() -> Optional.empty();
      default -> wrong(name, "wrong_type", "must be a number");
    };
  }

  public UUID uuid(String name) {
    return required(name, optionalUuid(name), NIL);
  }

  public Optional<UUID> optionalUuid(String name) {
    return optionalString(name, 1, 100)
        .flatMap(value ->
            Ids.parse(value).or(() -> wrong(name, "wrong_value", "must be a UUID in lower case")));
  }

  /// A SHA-256 digest in lower-case hexadecimal.
  public Digest digest(String name) {
    return required(name, optionalDigest(name), Digest.ZERO);
  }

  public Optional<Digest> optionalDigest(String name) {
    return optionalString(name, 1, 200)
        .flatMap(value ->
            Digest.parse(value)
                .or(() -> wrong(name, "wrong_value", "must be 64 lower-case hexadecimal digits")));
  }

  /// Reads a time with its offset; throws DateTimeException for one that is none, or whose year has
  /// not the four digits of RFC 3339: a database takes no other.
  public static Instant time(String text) {
    var time = OffsetDateTime.parse(text);
    if (time.getYear() < 0 || time.getYear() > 9999) {
      throw new DateTimeException("the year has not four digits");
    }
    return time.toInstant();
  }

  /// A time with its offset (RFC 3339).
  public Optional<Instant> optionalTime(String name) {
    return optionalString(name, 1, 40)
        .flatMap(value -> {
          try {
            return Optional.of(time(value));
          } catch (DateTimeException e) {
            return wrong(name, "wrong_value", "must be a time such as 2026-01-31T08:00:00Z");
          }
        });
  }

  /// A time with its offset that must be given.
  public Instant moment(String name) {
    return required(name, optionalTime(name), Instant.EPOCH);
  }

  /// An object whose members are read by nobody here, such as attributes.
  public JsonObject object(String name) {
    return required(name, optionalObject(name), JsonObject.EMPTY);
  }

  public Optional<JsonObject> optionalObject(String name) {
    return switch (present(name)) {
      case JsonObject value -> Optional.of(value);
      case JsonNull() -> Optional.empty();
      default -> wrong(name, "wrong_type", "must be an object");
    };
  }

  /// The fields of a nested object; [#done] of the outer one covers its problems, but the inner one
  /// MUST be asked [#closed] for unknown fields.
  public Fields nested(String name) {
    var value = optionalObject(name);
    required(name, value, JsonObject.EMPTY);
    // What is missing as a whole is one problem, not one for each field it would have had.
    return new Fields(
        value.orElse(JsonObject.EMPTY),
        pointer(name),
        value.isPresent() ? violations : new ArrayList<>());
  }

  public Optional<Fields> optionalNested(String name) {
    return optionalObject(name).map(value -> new Fields(value, pointer(name), violations));
  }

  /// Strings, at most `maxItems`, each of 1 to `maxLength` characters without U+0000.
  public List<String> strings(String name, int maxItems, int maxLength) {
    return switch (present(name)) {
      case JsonArray(var items) when items.size() > maxItems -> {
        problem(name, "too_many", "must have at most " + maxItems + " items");
        yield List.of();
      }
      case JsonArray(var items) -> {
        var strings = new ArrayList<String>();
        for (int i = 0; i < items.size(); i++) {
          if (items.get(i) instanceof JsonString(var value)
              && !value.isEmpty()
              && value.length() <= maxLength
              && value.indexOf('\0') < 0) {
            strings.add(value);
          } else {
            problem(
                name + "/" + i,
                "wrong_value",
                "must be a string of 1 to " + maxLength + " characters without U+0000");
          }
        }
        yield List.copyOf(strings);
      }
      case JsonNull() -> List.of();
      default -> {
        problem(name, "wrong_type", "must be an array of strings");
        yield List.of();
      }
    };
  }

  /// The fields of each object of an array, at most `maxItems`.
  public List<Fields> nestedList(String name, int maxItems) {
    return switch (present(name)) {
      case JsonArray(var items) when items.size() > maxItems -> {
        problem(name, "too_many", "must have at most " + maxItems + " items");
        yield List.of();
      }
      case JsonArray(var items) -> {
        var list = new ArrayList<Fields>();
        for (int i = 0; i < items.size(); i++) {
          if (items.get(i) instanceof JsonObject item) {
            list.add(new Fields(item, pointer(name) + "/" + i, violations));
          } else {
            problem(name + "/" + i, "wrong_type", "must be an object");
          }
        }
        yield List.copyOf(list);
      }
      case JsonNull() -> List.of();
      default -> {
        problem(name, "wrong_type", "must be an array of objects");
        yield List.of();
      }
    };
  }

  /// Marks a field as known without reading it and yields it.
  public Optional<Json> any(String name) {
    asked.add(name);
    return object.member(name);
  }

  /// Adds a problem with the field `name`; an empty name means the object itself.
  public void problem(String name, String code, String message) {
    violations.add(new Violation(name.isEmpty() ? path : pointer(name), code, message));
  }

  /// Checks that nothing else stands in this object; needed once for each nested one.
  public void closed() {
    for (var name : object.members().keySet()) {
      if (!asked.contains(name)) {
        problem(name, "unknown_field", "is not a field of this request");
      }
    }
  }

  /// Checks for unknown fields and throws [Refusal.Invalid] with every problem found.
  public void done() {
    closed();
    doneIgnoringOthers();
  }

  /// Throws [Refusal.Invalid] with every problem found; fields that nobody asked for are none. For
  /// bodies of standards that say so.
  public void doneIgnoringOthers() {
    if (!violations.isEmpty()) {
      throw new Refusal.Invalid(violations);
    }
  }

  private Json present(String name) {
    asked.add(name);
    return object.member(name).orElse(Json.NULL);
  }

  private <T> T required(String name, Optional<T> value, T placeholder) {
    // What was complained of just now is the last problem: looking through all of them would take
    // the square of their number.
    if (value.isEmpty()
        && (violations.isEmpty() || !violations.getLast().pointer().equals(pointer(name)))) {
      problem(name, "missing", "is required");
    }
    return value.orElse(placeholder);
  }

  private <T> Optional<T> wrong(String name, String code, String message) {
    problem(name, code, message);
    return Optional.empty();
  }

  /// `name` may hold slashes of ours between array positions; a caller's own key is escaped.
  private String pointer(String name) {
    return object.members().containsKey(name)
        ? path + "/" + name.replace("~", "~0").replace("/", "~1")
        : path + "/" + name;
  }
}
