package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads what this room wrote itself; anything else found there is damage, and nothing is decided
/// on it.
final class Stored {

  private Stored() {}

  static double number(JsonObject json, String name) {
    return json.number(name).orElseThrow(() -> damaged(name));
  }

  static long count(JsonObject json, String name) {
    double value = number(json, name);
    if (value < 0 || !Json.of(value).integral()) {
      throw damaged(name);
    }
    return (long) value;
  }

  static List<Double> numbers(JsonObject json, String name) {
    var numbers = new ArrayList<Double>();
    for (var item : json.items(name)) {
      if (!(item instanceof JsonNumber(var value))) {
        throw damaged(name);
      }
      numbers.add(value);
    }
    return numbers;
  }

  static boolean truth(JsonObject json, String name) {
    return json.truth(name).orElseThrow(() -> damaged(name));
  }

  static JsonObject object(JsonObject json, String name) {
    return json.object(name).orElseThrow(() -> damaged(name));
  }

  static Instant time(JsonObject json, String name) {
    return optionalTime(json, name).orElseThrow(() -> damaged(name));
  }

  static Optional<Instant> optionalTime(JsonObject json, String name) {
    return json.text(name).map(Instant::parse);
  }

  static Stage stage(JsonObject json, String name) {
    return word(json, name, Stage::parse);
  }

  static <T> T word(JsonObject json, String name, Function<String, Optional<T>> parse) {
    return json.text(name).flatMap(parse).orElseThrow(() -> damaged(name));
  }

  private static IllegalArgumentException damaged(String name) {
    return new IllegalArgumentException("member `" + name + "` of a stored trust state is damaged");
  }
}
