package dev.countersign.kernel;

import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/// The bytes of a JSON value that are hashed and signed: RFC 8785 (JCS).
///
/// Members are ordered by their UTF-16 code units, which is `String`'s natural order.
public final class CanonicalJson {

  private CanonicalJson() {}

  public static byte[] bytes(Json value) {
    return text(value).getBytes(StandardCharsets.UTF_8);
  }

  public static String text(Json value) {
    return JsonWriter.text(sorted(value));
  }

  private static Json sorted(Json value) {
    return switch (value) {
      case JsonObject(var members) -> {
        var ordered = new TreeMap<String, Json>();
        members.forEach((name, member) -> ordered.put(name, sorted(member)));
        yield new JsonObject(ordered);
      }
      case JsonArray(var items) -> Json.array(items.stream().map(CanonicalJson::sorted).toList());
      default -> value;
    };
  }
}
