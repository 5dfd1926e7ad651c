package dev.countersign.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A JSON value as RFC 7493 (I-JSON) allows it: immutable, ordered as written, numbers as doubles.
///
/// Two objects are equal whatever the order of their members. [CanonicalJson] gives the bytes that
/// are hashed; [JsonReader] is the only way in from text.
public sealed interface Json {

  /// Whether no more than `levels` objects and arrays stand one in the other.
  static boolean nestsAtMost(Json value, int levels) {
    return switch (value) {
      case JsonObject(var members) ->
          levels > 0 && members.values().stream().allMatch(one -> nestsAtMost(one, levels - 1));
      case JsonArray(var items) ->
          levels > 0 && items.stream().allMatch(one -> nestsAtMost(one, levels - 1));
      case JsonString(var _), JsonNumber(var _), JsonBoolean(var _) -> true;
      case JsonNull() -> true;
    };
  }

  /// An object; members keep the order in which they were given.
  record JsonObject(Map<String, Json> members) implements Json {
    public static final JsonObject EMPTY = new JsonObject(Map.of());

    public JsonObject {
      members =
          Collections.unmodifiableMap(
              members instanceof Fresh fresh ? fresh : new LinkedHashMap<>(members));
      members.keySet().forEach(JsonString::requireWellFormed);
    }

    /// The member called `name`, or empty if there is none; a JSON null is a member.
    public Optional<Json> member(String name) {
      return Optional.ofNullable(members.get(name));
    }

    /// The text of member `name`, or empty if it is absent or not a string.
    public Optional<String> text(String name) {
      return members.get(name) instanceof JsonString(var value)
          ? Optional.of(value)
          : Optional.empty();
    }

    /// The number of member `name`, or empty if it is absent or not a number.
    public Optional<Double> number(String name) {
      return members.get(name) instanceof JsonNumber(var value)
          ? Optional.of(value)
          : Optional.empty();
    }

    /// The truth value of member `name`, or empty if it is absent or not a boolean.
    public Optional<Boolean> truth(String name) {
      return members.get(name) instanceof JsonBoolean(var value)
          ? Optional.of(value)
          : Optional.empty();
    }

    /// The object in member `name`, or empty if it is absent or not an object.
    public Optional<JsonObject> object(String name) {
      return members.get(name) instanceof JsonObject object
          ? Optional.of(object)
          : Optional.empty();
    }

    /// The items of the array in member `name`; empty also if it is absent or not an array.
    public List<Json> items(String name) {
      return members.get(name) instanceof JsonArray(var items) ? items : List.of();
    }

    /// A copy with one member added or replaced.
    public JsonObject with(String name, Json value) {
      var copy = new Fresh(members);
      copy.put(name, value);
      return new JsonObject(copy);
    }

    /// A copy without one member; the same if it has none of that name.
    public JsonObject without(String name) {
      var copy = new Fresh(members);
      copy.remove(name);
      return new JsonObject(copy);
    }

    /// Members that nobody else has and nobody changes once they are an object's: they are not
    /// copied. Every object of a request and of an answer is made of them.
    static final class Fresh extends LinkedHashMap<String, Json> {
      private static final long serialVersionUID = 1;

      Fresh() {}

      Fresh(Map<String, Json> members) {
        super(members);
      }
    }

    @Override
    public String toString() {
      return JsonWriter.text(this);
    }
  }

  /// An array.
  record JsonArray(List<Json> items) implements Json {
    public JsonArray {
      items = List.copyOf(items);
    }

    @Override
    public String toString() {
      return JsonWriter.text(this);
    }
  }

  /// A string of well-formed UTF-16: two that differ only in lone surrogates would have the same
  /// UTF-8, and so the same digest.
  record JsonString(String value) implements Json {
    public JsonString {
      requireWellFormed(value);
    }

    private static void requireWellFormed(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (!Character.isSurrogate(c)) {
          continue;
        }
        boolean paired =
            Character.isHighSurrogate(c)
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
        if (!paired) {
          throw new IllegalArgumentException("a lone surrogate stands in a string");
        }
      }
    }
  }

  /// A finite double; minus zero is zero, as RFC 8785 writes it.
  record JsonNumber(double value) implements Json {
    /// The largest integer up to which every integer is a double: 2^53 - 1.
    public static final long LARGEST_INTEGER = (1L << 53) - 1;

    public JsonNumber {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a JSON number must be finite");
      }
      value = value == 0 ? 0.0 : value;
    }

    /// Whether the value is an integer that a double holds exactly.
    public boolean integral() {
      return Math.rint(value) == value && Math.abs(value) <= LARGEST_INTEGER;
    }
  }

  /// True or false.
  record JsonBoolean(boolean value) implements Json {}

  /// The JSON null.
  record JsonNull() implements Json {}

  JsonNull NULL = new JsonNull();

  static JsonString of(String value) {
    return new JsonString(value);
  }

  /// The number; throws IllegalArgumentException if a double cannot hold it exactly.
  static JsonNumber of(long value) {
    if (value < -JsonNumber.LARGEST_INTEGER || value > JsonNumber.LARGEST_INTEGER) {
      throw new IllegalArgumentException("`" + value + "` does not survive as a double");
    }
    return new JsonNumber(value);
  }

  static JsonNumber of(double value) {
    return new JsonNumber(value);
  }

  static JsonBoolean of(boolean value) {
    return new JsonBoolean(value);
  }

  static JsonArray array(Iterable<? extends Json> items) {
    var list = new ArrayList<Json>();
    items.forEach(list::add);
    return new JsonArray(list);
  }

  /// An array of strings.
  static JsonArray strings(Iterable<String> items) {
    var list = new ArrayList<Json>();
    items.forEach(item -> list.add(new JsonString(item)));
    return new JsonArray(list);
  }

  /// Starts an object; see [Builder].
  static Builder object() {
    return new Builder();
  }

  /// Collects the members of an object in order. For use by one thread.
  final class Builder {
    private JsonObject.Fresh members = new JsonObject.Fresh();
    private boolean built;

    private Builder() {}

    /// Adds a member; throws IllegalArgumentException if there is one of that name.
    public Builder put(String name, Json value) {
      if (built) {
        members = new JsonObject.Fresh(members);
        built = false;
      }
      if (members.putIfAbsent(name, value) != null) {
        throw new IllegalArgumentException("member `" + name + "` is there already");
      }
      return this;
    }

    public Builder put(String name, String value) {
      return put(name, new JsonString(value));
    }

    public Builder put(String name, long value) {
      return put(name, Json.of(value));
    }

    public Builder put(String name, double value) {
      return put(name, new JsonNumber(value));
    }

    public Builder put(String name, boolean value) {
      return put(name, new JsonBoolean(value));
    }

    /// Adds the member if there is a value; nothing otherwise.
    public Builder put(String name, Optional<? extends Json> value) {
      value.ifPresent(present -> put(name, present));
      return this;
    }

    public JsonObject build() {
      built = true;
      return new JsonObject(members);
    }
  }
}
