package dev.countersign.policy.cel;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Manifests in YAML as JSON, and the changes that a test makes to one.
final class AdmissionYaml {

  private AdmissionYaml() {}

  static JsonObject read(String text) {
    return (JsonObject) json(new Load(LoadSettings.builder().build()).loadFromString(text));
  }

  private static Json json(@Nullable Object value) {
    return switch (value) {
      case null -> Json.NULL;
      case String text -> Json.of(text);
      case Boolean truth -> Json.of(truth.booleanValue());
      case Integer number -> Json.of(number.longValue());
      case Double number -> Json.of(number.doubleValue());
      case Iterable<?> items -> {
        var list = new ArrayList<Json>();
        items.forEach(item -> list.add(json(item)));
        yield Json.array(list);
      }
      case Map<?, ?> members -> {
        var object = Json.object();
        members.forEach((name, member) -> object.put(String.valueOf(name), json(member)));
        yield object.build();
      }
      default -> throw new AssertionError("`" + value + "` is no JSON");
    };
  }

  /// The manifest after a change such as `spec.containers.[0].name=value`; what the path lacks is
  /// made, and the value is read as YAML.
  static JsonObject changed(JsonObject manifest, String change) {
    int equals = change.indexOf('=');
    var path = List.of(change.substring(0, equals).split("\\."));
    var value =
        json(new Load(LoadSettings.builder().build()).loadFromString(change.substring(equals + 1)));
    return (JsonObject) with(manifest, path, value);
  }

  private static Json with(@Nullable Json within, List<String> path, Json value) {
    if (path.isEmpty()) {
      return value;
    }
    var step = path.getFirst();
    var rest = path.subList(1, path.size());
    if (step.startsWith("[")) {
      var items =
          new ArrayList<Json>(within instanceof JsonArray(var present) ? present : List.of());
      int index = Integer.parseInt(step.substring(1, step.length() - 1));
      if (index == items.size()) {
        items.add(with(null, rest, value));
      } else {
        items.set(index, with(items.get(index), rest, value));
      }
      return Json.array(items);
    }
    var members = within instanceof JsonObject(var present) ? present : Map.<String, Json>of();
    var object = Json.object();
    members.forEach((name, member) -> {
      if (!name.equals(step)) {
        object.put(name, member);
      }
    });
    return object.put(step, with(members.get(step), rest, value)).build();
  }
}
