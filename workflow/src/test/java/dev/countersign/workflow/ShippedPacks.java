package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The packs that ship, as a server reads them.
public final class ShippedPacks {
  /// The three of the specification.
  public static final List<String> SCENARIOS =
      List.of("pharmacy-refill", "insurance-claim", "hr-onboarding");

  private ShippedPacks() {}

  public static Pack pack(String name) {
    return Pack.parse(json(name));
  }

  public static JsonObject json(String name) {
    try {
      var text = Files.readString(Path.of("..", "packs", name + ".yaml"));
      Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
      return (JsonObject) json(loaded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Json json(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var object = Json.object();
        map.forEach((name, member) -> object.put(String.valueOf(name), json(member)));
        yield object.build();
      }
      case List<?> list -> Json.array(list.stream().map(ShippedPacks::json).toList());
      case Boolean truth -> Json.of(truth.booleanValue());
      case Number number -> Json.of(number.doubleValue());
      default -> Json.of(value.toString());
    };
  }
}
